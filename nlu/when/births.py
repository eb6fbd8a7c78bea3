"""Which dates of a text are birth dates: né, zad, ازداد, "date de naissance" and the day they govern."""

from __future__ import annotations

from nlu.when.atoms import Atom
from nlu.when.line import Line

# Words that may stand between a birth word and its date ("zad f sbitar nhar …"), after it and before it.
REACH_AFTER, _REACH_BEFORE, _REACH_GROWN = 7, 4, 3
# "zayd f 14/07" is born; alone it is a first name.
_BORN_OR_NAME = ("zayd", "zayed", "zayda", "زايد", "زايده")
_ON = ("3la", "على", "علي")


def birth_words(line: Line) -> list[int]:
    """Indices of the words that say that someone was born."""
    return [i for i in range(len(line)) if _is_birth(line, i)]


def _is_birth(line: Line, i: int) -> bool:
    if line.norm(i) in _BORN_OR_NAME:
        return line.has(i + 1, "f", "nhar", "clock_weak") or line.norm(i + 1)[:1].isdigit()
    if line.has(i, "born", "born_mother", "born_grown"):
        return not _has_grown(line, i)
    if line.has(i, "born_weak"):
        dated = line.norm(i + 1) in ("le", "en") and line.has(i + 2, "num", "month", "weekday")
        return line.words[i].text.lower().startswith("né") or dated
    if line.has(i, "born_weak_ar"):
        on_day = line.has(i + 1, "f", "clock_weak") and line.has(i + 2, "num", "nhar", "weekday", "month", "day_word")
        return on_day or line.has(i + 1, "nhar", "rel", "tarikh", "this")
    if line.has(i, "birth_noun"):
        led = line.near(i, i, 2, 0, "nhar") or line.near(i, i, 2, 0, "tarikh")
        return led or line.has(i + 1, "masc", "num", "nhar") or line.norm(i + 1)[:1].isdigit()
    return False


def _has_grown(line: Line, i: int) -> bool:
    """Whether "zad" says that a fever or a pain grew, or "tzad 3liha" that something was added."""
    if line.norm(i + 1).startswith(("3li", "3la", "علي")):
        return True
    ill = line.near(i, i + 1, 2, 2, "measure") or line.near(i, i + 1, 2, 2, "pain")
    return line.has(i, "born_grown") and ill


def mark_births(line: Line, atoms: list[Atom], births: list[int], expected: bool) -> None:
    """Set ``value["birth"]`` on the day each birth word governs, or on every day when a birth is expected."""
    days = [a for a in atoms if a.kind in ("day", "range") or (a.kind == "part" and a.today)]
    if expected:
        for atom in days:
            atom.value["birth"] = True
    for b in births:
        following = [a for a in days if 0 <= a.i - b <= REACH_AFTER]
        preceding = [a for a in days if 0 <= b - a.j <= _REACH_BEFORE]
        if line.has(b, "born_grown"):
            following = [a for a in following if _is_told_of_birth(line, a, b)]
            preceding = [a for a in preceding if "shift" not in a.value and line.joined(b)]
        if following:
            following[0].value["birth"] = True
        elif preceding:
            preceding[-1].value["birth"] = True


def _is_told_of_birth(line: Line, atom: Atom, b: int) -> bool:
    """Whether a day after "zad" is a birth: near it or a full date, and no "worse than yesterday"."""
    compared = line.has(atom.i - 1, "from") or line.norm(atom.i - 1) in _ON
    full = atom.day is not None and atom.day.weekday is None and "shift" not in atom.value
    return not compared and (full or atom.i - b <= _REACH_GROWN)
