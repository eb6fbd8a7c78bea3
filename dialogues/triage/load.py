"""Reads the protocols of a folder once, into types; a fault is refused with the file and the line.

What one file alone can tell is refused here. What needs all paths, or the words, is the checker's (``check``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from dialogues.triage import nodes
from dialogues.triage.load_questions import own_question, read_conditions, used_question
from dialogues.triage.load_rules import read_lines, read_rules
from dialogues.triage.nodes import BadProtocol, bad
from dialogues.triage.protocol import (
    FACTS,
    GENERAL,
    SHARED,
    Asked,
    Protocol,
    Protocols,
    Question,
    Review,
    Source,
    Where,
)

FOLDER = Path(__file__).parent.parent / "protocols"
_SHARED_KEYS = ("id", "version", "review", "reviewed_by", "reviewed_on", "sources", "asks", "advice")
_KEYS = (
    *_SHARED_KEYS, "concerns", "opens", "covers", "service", "place", "call", "rules", "otherwise", "watch_for",
    "return_if",
)  # fmt: skip
_HEAD = ("id", "version", "review", "sources")
_OPENINGS = ("symptoms", "dangers", "intents")


@cache
def protocols() -> Protocols:
    """The protocols that the product plays. Raises ``BadProtocol``."""
    return load(FOLDER)


def load(folder: Path) -> Protocols:
    """All protocols of a folder, ``general`` first. Raises one ``BadProtocol`` with the faults of every file."""
    found, faults = read_folder(folder)
    if faults:
        raise BadProtocol(faults)
    return found


def read_folder(folder: Path, *, shared: Path | None = None) -> tuple[Protocols, list[tuple[Where, str]]]:
    """The protocols of a folder that can be read, and the faults of the others.

    ``shared``: where ``shared.yml`` and ``general.yml`` are taken from when the folder has none. Raises ``BadProtocol``
    when these cannot be read.
    """
    files = {path.stem: path for path in sorted(folder.glob("*.yml"))}
    for name in (SHARED, GENERAL):
        files.setdefault(name, (shared or folder) / f"{name}.yml")
    known, lines = read_shared(files.pop(SHARED))
    found: dict[str, Protocol] = {}
    faults: list[tuple[Where, str]] = []
    for path in sorted(files.values(), key=lambda p: p.stem != GENERAL):
        try:
            protocol = read_protocol(path, known, lines)
        except BadProtocol as error:
            faults += error.faults
            continue
        found[protocol.id] = protocol
        if protocol.id == GENERAL:
            known |= {q.key: q for q in protocol.own_questions}
    every = known | {q.key: q for p in found.values() for q in p.own_questions}
    text = b"".join(path.read_bytes() for path in files.values())
    return Protocols(found, every, lines, int(hashlib.sha256(text).hexdigest()[:6], 16)), faults


def read_shared(path: Path) -> tuple[dict[str, Question], tuple[str, ...]]:
    """The questions by key, and the keys of the lines, of ``shared.yml``."""
    found = nodes.mapping(nodes.root(path), _SHARED_KEYS, (*_HEAD, "asks", "advice"))
    _read_head(found, path)
    questions: dict[str, Question] = {}
    for node in nodes.items(found["asks"]):
        asked = own_question(node, SHARED, {}, {})
        if asked.question.key in questions:
            raise bad(node, f"{asked.question.id!r} is asked twice")
        questions[asked.question.key] = asked.question
    return questions, read_lines(found["advice"], SHARED)


def read_protocol(path: Path, known: Mapping[str, Question], shared_lines: tuple[str, ...]) -> Protocol:
    """One protocol. ``known`` are the questions of ``shared.yml`` and ``general.yml`` by key."""
    top = nodes.root(path)
    found = nodes.mapping(top, _KEYS, (*_HEAD, "opens", "rules", "otherwise"))
    name, sources = _read_head(found, path)
    asks, named = _read_asks(found, name, known)
    lines = read_lines(found["advice"], name) if "advice" in found else ()
    rules, otherwise = read_rules(found, name, named, sources, (*lines, *shared_lines))
    concerns = read_conditions(found["concerns"], {}) if "concerns" in found else ()
    if any(c.variable not in FACTS for c in concerns):
        raise bad(found["concerns"], "`concerns` holds conditions on age, pregnancy, who and sex only")
    opens = nodes.mapping(found["opens"], ("always", *_OPENINGS))
    said = {key: frozenset(nodes.texts(opens[key])) if key in opens else frozenset() for key in _OPENINGS}
    always = "always" in opens and nodes.is_on(opens["always"])
    if not always and not any(said.values()):
        raise bad(found["opens"], "nothing leads here")
    return Protocol(
        id=name, version=nodes.whole(found["version"], 1), review=_read_review(found), sources=sources, asks=asks,
        rules=rules, otherwise=otherwise, concerns=concerns, always=always, symptoms=said["symptoms"],
        dangers=said["dangers"], intents=said["intents"], lines=lines, at=nodes.where(top),
        covers=frozenset(nodes.texts(found["covers"])) if "covers" in found else frozenset(),
        service=nodes.an_id(found["service"], 40) if "service" in found else "generalist",
    )  # fmt: skip


def _read_asks(
    found: Mapping[str, yaml.Node], name: str, known: Mapping[str, Question]
) -> tuple[tuple[Asked, ...], dict[str, Question]]:
    """What the protocol asks, and the questions that its rules may name, by id."""
    shared = {q.id: q for q in known.values() if q.file == SHARED}
    named = {q.id: q for q in known.values() if q.file == GENERAL}
    asks: list[Asked] = []
    for node in nodes.items(found["asks"]) if "asks" in found else ():
        uses = isinstance(node, yaml.MappingNode) and any(nodes.text(key) == "use" for key, _ in node.value)
        asked = used_question(node, shared, named) if uses else own_question(node, name, named, shared)
        if asked.question.id in named:
            raise bad(node, f"{asked.question.id!r} is asked already")
        named[asked.question.id] = asked.question
        asks.append(asked)
    return tuple(asks), named


def _read_head(found: Mapping[str, yaml.Node], path: Path) -> tuple[str, dict[str, Source]]:
    name = nodes.an_id(found["id"])
    if name != path.stem:
        raise bad(found["id"], f"the id {name!r} is not the name of the file")
    _read_review(found)
    nodes.whole(found["version"], 1)
    sources: dict[str, Source] = {}
    for key, node in nodes.mapping(found["sources"]).items():
        row = nodes.mapping(node, ("text", "certainty"), ("text", "certainty"))
        certainty = nodes.one_of(row["certainty"], ("C", "P", "GK"))
        sources[key] = Source(nodes.text(row["text"]), certainty)  # type: ignore[arg-type]
    if not sources:
        raise bad(found["sources"], "no source")
    return name, sources


def _read_review(found: Mapping[str, yaml.Node]) -> Review:
    """``confirmed`` needs who confirmed it, and when."""
    if nodes.one_of(found["review"], ("pending", "confirmed")) == "pending":
        return "pending"
    for key in ("reviewed_by", "reviewed_on"):
        if key not in found:
            raise bad(found["review"], f"confirmed, but without {key}")
    try:
        date.fromisoformat(nodes.text(found["reviewed_on"]))
    except ValueError as error:
        raise bad(found["reviewed_on"], "no date (for example 2026-11-24)") from error
    nodes.text(found["reviewed_by"])
    return "confirmed"
