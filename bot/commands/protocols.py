"""``labas protocols``: check the health protocols, draw one, print its paths for a clinician to sign."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from bot import render
from bot.commands.protocol_drawing import DRAWINGS
from bot.commands.protocol_table import as_csv_rows, as_text
from bot.errors import SettingsError
from bot.languages import LANGUAGES
from dialogues.routes import ROUTES
from dialogues.triage import load as loading
from dialogues.triage.check import Fault, Openings, check_one
from dialogues.triage.check import check as walk_all
from dialogues.triage.check_words import Words, check_words
from dialogues.triage.nodes import BadProtocol
from dialogues.triage.protocol import GENERAL, SHARED, Protocol, Protocols, Where

NLU_DATA = Path(__file__).resolve().parents[2] / "nlu" / "data"


def openings() -> Openings:
    """The codes by which a message can lead to a protocol."""
    symptoms = yaml.safe_load((NLU_DATA / "gazetteers" / "symptom.yml").read_text("utf-8"))["values"]
    dangers = yaml.safe_load((NLU_DATA / "danger_signs.yml").read_text("utf-8"))["rules"]
    return Openings(frozenset(symptoms), frozenset(rule["id"] for rule in dangers), frozenset(ROUTES))


def words_of(locales: Path = render.LOCALES) -> Words:
    """The clinical words of every language, each with its place."""
    found: dict[str, dict[str, tuple[str, Where]]] = {}
    for row in LANGUAGES.values():
        texts = found.setdefault(row.code, {})
        for path in sorted((locales / row.folder / "LC_MESSAGES" / "triage").glob("*.po")):
            for message, (text, line) in render.entries(path).items():
                texts[message] = (text, Where(f"{row.folder}/{path.name}", line))
    return found


def faults_in(path: Path) -> list[Fault]:
    """Every fault of a folder of protocols, or of one file."""
    try:
        if path.is_dir():
            protocols, faults = loading.read_folder(path, shared=loading.FOLDER)
            some = not (path / f"{GENERAL}.yml").exists()
            return [*faults, *walk_all(protocols, openings(), only_some=some), *check_words(protocols, words_of())]
        if path.stem == SHARED:
            known, lines = loading.read_shared(path)
            return check_words(Protocols({}, known, lines), words_of(), SHARED)
        one, protocols = _alone(path)
        return [*check_one(one, protocols, openings()), *check_words(protocols, words_of(), one.id)]
    except BadProtocol as error:
        return list(error.faults)


def _alone(path: Path) -> tuple[Protocol, Protocols]:
    """One protocol with what every protocol is played with."""
    known, lines = loading.read_shared(loading.FOLDER / f"{SHARED}.yml")
    general = loading.read_protocol(loading.FOLDER / f"{GENERAL}.yml", known, lines)
    known |= {q.key: q for q in general.own_questions}
    one = general if path.stem == GENERAL else loading.read_protocol(path, known, lines)
    every = known | {q.key: q for q in one.own_questions}
    return one, Protocols({GENERAL: general, one.id: one}, every, lines)


def check(path: Path | None) -> int:
    """Print every fault; 1 when there are some."""
    path = path or loading.FOLDER
    if not path.exists():
        raise SettingsError(f"no such folder or file: {path}")
    faults = faults_in(path)
    for where, what in faults:
        print(f"{where}: {what}")
    files = len(list(path.glob("*.yml"))) if path.is_dir() else 1
    print(f"{files} files, {len(faults)} faults" if faults else f"{files} files, no fault", file=sys.stderr)
    return 1 if faults else 0


def _named(protocol: str) -> tuple[Protocol, Protocols]:
    path = loading.FOLDER / f"{protocol}.yml"
    if protocol == SHARED or not path.exists():
        known = sorted(p.stem for p in loading.FOLDER.glob("*.yml") if p.stem != SHARED)
        raise SettingsError(f"no protocol {protocol!r}; there are: {', '.join(known)}")
    try:
        return _alone(path)
    except BadProtocol as error:
        raise SettingsError(str(error)) from error


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise SettingsError(f"no language {code!r}; there are: {', '.join(LANGUAGES)}")
    return code


def draw(protocol: str, out: str, language: str) -> int:
    """Print the picture of one protocol."""
    if out not in DRAWINGS:
        raise SettingsError(f"no form {out!r}; there are: {', '.join(DRAWINGS)}")
    print(DRAWINGS[out](*_named(protocol), _language(language)))
    return 0


def table(protocol: str, language: str, *, as_csv: bool) -> int:
    """Print every path of one protocol."""
    make = as_csv_rows if as_csv else as_text
    print(make(*_named(protocol), _language(language)))
    return 0
