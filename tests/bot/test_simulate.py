"""`labas simulate` as it is typed: by day, in the person's words, without a name, and as one JSON object."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bot.bootstrap import open_data
from bot.commands.simulate import run
from bot.settings import Settings
from dialogues.effects import GiveConsent, OpenCase, RegisterChild, SetLanguage
from tests.store.world import NOW, act, meet


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABAS_DATA", str(tmp_path))
    store = open_data(Settings(data=tmp_path), lambda: NOW)
    whom = meet(store)
    act(
        store, whom,
        [SetLanguage("fr"), GiveConsent("reminders", True, "v1"), RegisterChild("Zakariae", date(2026, 10, 14), "m")],
    )  # fmt: skip
    with store.read() as session:
        [child] = store.facts(session, whom.person_id, NOW).children()
    case = OpenCase("today", ("fever",), (), {}, {"fever": 1}, f"child:{child.id}")
    act(store, whom, [GiveConsent("care", True, "care-1"), case])
    store.close()


def test_day_by_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(21, "2026-11-24T08:00", as_json=False) == 0
    said = capsys.readouterr().out
    assert "Monday 14 December 2026" in said
    assert "09:00  person 1  vaccine.today" in said
    assert "person 1  case.today" in said
    assert "pour •••" in said
    assert "Zakariae" not in said
    assert "nothing was sent or changed" in said


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(21, "2026-11-24T08:00", as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["from"], told["days"]) == ("2026-11-24T08:00", 21)
    by_day = {day["day"]: day for day in told["on"]}
    [today] = by_day["2026-12-14"]["sent"]
    assert (today["say"], today["language"], today["to"]) == ("reminder.vaccine.today", "fr", "person 1")
    assert "•••" in today["text"] and "lundi 14 décembre" in today["text"]
    assert len(today["choices"]) == 3
    # Twice the same: a simulation leaves nothing behind.
    assert run(21, "2026-11-24T08:00", as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == told
