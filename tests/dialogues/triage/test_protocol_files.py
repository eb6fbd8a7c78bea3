"""The protocols that the product plays are without fault, and each faulty one is refused by file and line."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.commands import protocols as command
from dialogues.triage.check import check as walk_all
from dialogues.triage.load import FOLDER, protocols
from dialogues.triage.paths import walk
from dialogues.triage.protocol import Protocol

HERE = Path(__file__).parent
BROKEN: dict[str, dict[str, object]] = yaml.safe_load((HERE / "broken.yml").read_text("utf-8"))
OURS = sorted(protocols().by_id.values(), key=lambda p: p.id)


def test_our_protocols_have_no_fault() -> None:
    assert [f"{where}: {what}" for where, what in command.faults_in(FOLDER)] == []


def test_what_covers_no_protocol_is_a_fault() -> None:
    every = protocols()
    bite = replace(every.by_id["bite"], covers=frozenset({"wound", "wuond"}))
    faults = [what for _, what in walk_all(replace(every, by_id={**every.by_id, "bite": bite}))]
    assert faults == ["covers 'wuond', which is no protocol"]


def test_each_broken_file_is_in_the_table_and_the_other_way_round() -> None:
    assert sorted(path.stem for path in (HERE / "broken").glob("*.yml")) == sorted(BROKEN)


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_file_is_refused_on_its_line(name: str) -> None:
    found = command.faults_in(HERE / "broken" / f"{name}.yml")
    told = [what for where, what in found if where.line == BROKEN[name]["line"] and where.file == f"{name}.yml"]
    assert any(str(BROKEN[name]["says"]) in what for what in told), found


def test_the_command_names_every_broken_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.check(HERE / "broken") == 1
    named = set(re.findall(r"^(\w+)\.yml:\d+: ", capsys.readouterr().out, re.MULTILINE))
    assert named >= set(BROKEN)


@pytest.mark.parametrize("protocol", OURS, ids=lambda p: p.id)
def test_a_calm_person_is_asked_few_questions(protocol: Protocol) -> None:
    """Seven questions for most: on the calmest paths, age and general signs included."""
    played = tuple(dict.fromkeys(p.id for p in (*protocols().general, protocol)))
    together = tuple(protocols().by_id[name] for name in played)
    lengths = [len(path) for path, verdict in walk(together, protocols().questions) if verdict.protocols]
    assert max(lengths) <= 12


@pytest.mark.parametrize("protocol", OURS, ids=lambda p: p.id)
@pytest.mark.parametrize("form", ["txt", "mermaid", "svg"])
def test_a_protocol_can_be_drawn(protocol: Protocol, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.draw(protocol.id, form, "fr") == 0
    made = capsys.readouterr().out
    outcomes = {rule.outcome for rule in protocol.rules}
    shown = {"ambulance": "A ambulance", "emergency": "B emergency", "today": "C health", "soon": "D health"}
    assert all(shown[outcome] in made for outcome in outcomes if outcome in shown)


@pytest.mark.parametrize("protocol", OURS, ids=lambda p: p.id)
def test_the_table_has_a_row_for_every_rule(protocol: Protocol, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.table(protocol.id, "fr", as_csv=True) == 0
    made = capsys.readouterr().out
    assert [rule.key for rule in protocol.rules if rule.key not in made] == []
