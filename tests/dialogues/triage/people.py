"""The people of the vignettes: what they say first, how they answer, and where they were sent.

They answer as people do: "non", "non, tout va bien", "la walo". Nothing is wrong with them but what stands among their
facts. Whoever is not understood taps "somebody is ill" in the menu, and then names the complaint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

from dialogues.effects import Say
from dialogues.reading import VARIETIES, Reading
from dialogues.triage.load import protocols
from dialogues.triage.outcomes import RED, URGENCY
from tests.dialogues.play import Play

Read = Callable[[str, datetime], Reading]
FOLDER = Path(__file__).parent / "vignettes"
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "fr": {
        "yes": ("oui", "oui, beaucoup", "oui depuis ce matin"),
        "no": ("non", "non, tout va bien", "non pas du tout", "non, rien de tout ça"),
        "unknown": ("je ne sais pas",),
    },
    "ary": {
        "yes": ("إيه", "إيه بزاف", "نعم"),
        "no": ("لا", "لا الحمد لله", "لا والو", "لا ما كاينش"),
        "unknown": ("ما عرفتش",),
    },
    "ary-Latn": {
        "yes": ("iyeh", "ah bzaf", "iyeh mn sbah"),
        "no": ("la", "la walo", "la, labas", "la ma kaynch"),
        "unknown": ("ma3reftch",),
    },
    "ar": {
        "yes": ("نعم", "نعم، كثيرا", "نعم منذ الصباح"),
        "no": ("لا", "لا، كل شيء طبيعي", "لا، أبدا", "لا شيء من هذا"),
        "unknown": ("لا أعرف",),
    },
}
_UNITS = {
    "fr": {"days": "{} jours", "months": "{} mois", "years": "{} ans"},
    "ary": {"days": "{} يوم", "months": "{} شهر", "years": "{} عام"},
    "ary-Latn": {"days": "{} youm", "months": "{} chher", "years": "{} 3am"},
    "ar": {"days": "{} يوما", "months": "{} شهرا", "years": "{} سنة"},
}
MOST_TURNS = 20
_MENU = "go=report_symptom"


@dataclass(frozen=True)
class Played:
    """One run. ``turns``: the questions that were answered."""

    vignette: dict[str, Any]
    variety: str
    outcome: str | None
    turns: int
    heard: str = ""

    @property
    def name(self) -> str:
        return f"{self.vignette['id']}-{self.variety}"

    @property
    def under(self) -> bool:
        """Sent lower than is right."""
        return self.outcome is None or URGENCY[self.outcome] < URGENCY[self.vignette["lowest"]]

    @property
    def over(self) -> bool:
        """Sent higher than is right."""
        return self.outcome is not None and URGENCY[self.outcome] > URGENCY[self.vignette["highest"]]


def vignettes() -> list[dict[str, Any]]:
    """All of them; "yes" stays a word."""
    found = []
    for file in sorted(FOLDER.glob("*.yml")):
        found += [{**one, "file": file.stem} for one in yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader)]
    return found


def runs(read: Read) -> Iterator[Played]:
    """Everybody in every variety."""
    for vignette in vignettes():
        for variety in VARIETIES:
            yield Someone(vignette, variety, read).plays()


class Someone:
    """One person, who writes one variety."""

    def __init__(self, vignette: dict[str, Any], variety: str, read: Read) -> None:
        self._vignette, self._variety, self._read = vignette, variety, read
        self._play = Play()

    def plays(self) -> Played:
        """From the first words to the outcome."""
        self._say(self._vignette["first"][self._variety])
        heard = ", ".join(self._play.said)
        for turn in range(MOST_TURNS):
            outcome = next((e.outcome for e in self._play.effects if isinstance(e, Say) and e.outcome), None)
            if outcome is not None or not self._answers():
                return Played(self._vignette, self._variety, outcome, turn, heard)
        return Played(self._vignette, self._variety, None, MOST_TURNS, heard)

    def _say(self, text: str) -> None:
        self._play.then(self._read(text, self._play.world.now))

    def _tap(self, *values: str) -> bool:
        made = next((c for value in values for c in self._play.talk.offered if c.rpartition("=")[2] == value), None)
        if made is not None:
            self._play.tapped(made)
        return made is not None

    def _answers(self) -> bool:
        """Answer what is asked; False when there is nothing to be answered."""
        asked = str(self._play.talk.asked)
        if self._play.talk.flow != "triage":
            return self._tap(_MENU.rpartition("=")[2])
        if asked == "who":
            return self._tap(*self._whom())
        if asked == "complaint":
            return self._tap(self._vignette.get("complaint", "something_else"), "more", "something_else")
        if asked == "age":
            self._say(self._amount(self._vignette["age"]))
        elif asked == "pregnancy":
            return self._tap(self._vignette["facts"].get("pregnancy", "no"))
        else:
            return self._answers_question(asked)
        return True

    def _whom(self) -> tuple[str, ...]:
        if self._vignette["file"] == "children":
            return ("child",)
        return ("other",) if "who" in self._vignette else ("self", "other")

    def _answers_question(self, asked: str) -> bool:
        question = protocols().questions[asked]
        told = self._vignette["facts"].get(question.id)
        if question.kind == "choice":
            return self._tap(told if told in question.options else question.options[-1])
        if question.kind == "yes_no":
            self._say(self._word(told or "no", asked))
        elif told is not None:
            self._say(self._amount(told))
        else:
            self._say(self._word("unknown", asked) if question.kind == "number" else self._amount("1 days"))
        return True

    def _word(self, meant: str, asked: str) -> str:
        """One of several ways to say it, always the same for the same question."""
        ways = WORDS[self._variety][meant]
        return ways[crc32(f"{self._vignette['id']}{asked}".encode()) % len(ways)]

    def _amount(self, told: str) -> str:
        count, _, unit = told.partition(" ")
        return _UNITS[self._variety][unit].format(count) if unit else count


def figures(played: list[Played]) -> str:
    """The three figures, and whom they are about."""
    red = [run for run in played if URGENCY[run.vignette["lowest"]] >= RED]
    under, over = [r for r in played if r.under], [r for r in played if r.over]
    asked = sorted(run.turns for run in played)
    lines = [
        f"{len(played)} runs: emergencies sent right {len(sent_right(red))}/{len(red)}, "
        f"under-triage {len(under) / len(played):.1%}, over-triage {len(over) / len(played):.1%}, "
        f"answers: half at most {asked[len(asked) // 2]}, most {asked[-1]}"
    ]
    for run in (*under, *over):
        wanted = f"{run.vignette['lowest']}..{run.vignette['highest']}"
        lines.append(f"  {run.name} {run.outcome} not {wanted}: {run.vignette['first'][run.variety]} [{run.heard}]")
    return "\n".join(lines)


def sent_right(red: list[Played]) -> list[Played]:
    """Of emergencies, those that were sent to an ambulance or the emergency department."""
    return [run for run in red if run.outcome is not None and URGENCY[run.outcome] >= RED]
