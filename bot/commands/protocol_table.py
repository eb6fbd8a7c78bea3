"""Every path of a protocol as a table: one row a path, to be read, corrected and signed by a clinician."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from bot.commands.protocol_words import OUTCOME_WORDS, ProtocolWords
from dialogues.triage.paths import Fork, Leaf, tree
from dialogues.triage.protocol import Protocol, Protocols, Rule

_HEADER = ("n", "answers", "outcome", "rule", "source", "what is said")
Steps = tuple[tuple[str, tuple[str, ...]], ...]


def paths(protocol: Protocol, protocols: Protocols) -> Iterator[tuple[Steps, Leaf]]:
    """The paths of one protocol without the general danger signs, which have a table of their own."""
    yield from _below(tree((protocol,), protocols.questions), ())


def _below(part: Fork | Leaf, steps: Steps) -> Iterator[tuple[Steps, Leaf]]:
    if isinstance(part, Leaf):
        yield steps, part
        return
    for answers, below in part.ways:
        yield from _below(below, (*steps, (part.variable, answers)))


def _rows(protocol: Protocol, protocols: Protocols, language: str) -> Iterator[tuple[str, ...]]:
    words = ProtocolWords(protocols, language)
    rules = {rule.key: rule for rule in (*protocol.rules, protocol.otherwise)}
    for number, (steps, leaf) in enumerate(paths(protocol, protocols), 1):
        told = "; ".join(f"{words.question(v)} {words.answers(v, a)}" for v, a in steps)
        rule = rules.get(leaf.rule)
        if rule is None:
            yield str(number), told, "not concerned", "", "", ""
            continue
        yield str(number), told, OUTCOME_WORDS[leaf.outcome], rule.key, _sources(rule, protocol), _said(rule, words)


def _sources(rule: Rule, protocol: Protocol) -> str:
    return "; ".join(f"{protocol.sources[s].text} [{protocol.sources[s].certainty}]" for s in rule.sources)


def _said(rule: Rule, words: ProtocolWords) -> str:
    parts = (
        ("", rule.do_first), ("call at once if: ", rule.watch_for), ("see somebody if: ", rule.return_if),
        ("bring: ", rule.bring),
    )  # fmt: skip
    return " | ".join(head + ", ".join(words.line(line) for line in lines) for head, lines in parts if lines)


def as_csv_rows(protocol: Protocol, protocols: Protocols, language: str) -> str:
    """For a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADER)
    writer.writerows(_rows(protocol, protocols, language))
    return out.getvalue().rstrip("\n")


def as_text(protocol: Protocol, protocols: Protocols, language: str) -> str:
    """To be printed and signed."""
    words = ProtocolWords(protocols, language)
    lines = [
        f"{protocol.id} version {protocol.version}, review {protocol.review}: {words.name(protocol.id)}",
        *(f"  {name}: {source.text} [{source.certainty}]" for name, source in protocol.sources.items()),
        "",
    ]
    for number, told, outcome, rule, source, said in _rows(protocol, protocols, language):
        lines += [f"{number}. {outcome}   {rule}   {source}"]
        lines += [f"     {step}" for step in told.split("; ") if step]
        lines += [f"     -> {part}" for part in said.split(" | ") if part] + [""]
    return "\n".join(
        [*lines, "Reviewed by: ____________________   Date: ____________   Signature: ____________________"]
    )
