"""A triage from its first message to the follow-ups days later, through the whole shell: asked, answered, closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from bot.ticks import ticks
from store import handoffs, people
from store.clock import local
from store.models import Case
from tests.bot.shell import READINGS, START, Shell, ids, shell
from tests.dialogues.triage.listening import read
from tests.dialogues.world import a_reading

DAY = timedelta(days=1)
FIRST = "mon fils de 3 ans a de la fièvre depuis hier, 38,5"
TEXTS = (FIRST, "mazal kima kan", "ça va mieux", "c'est pire", "Pareil", "non", "C'est pire")


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    for text in TEXTS:
        monkeypatch.setitem(READINGS, text, read(text, local(START)))
    monkeypatch.setitem(READINGS, "2", a_reading("2", cues="number:2"))
    with shell(tmp_path) as made:
        yield made


def home(played: Shell) -> list[str]:
    """Triage up to care at home, and a yes to being asked again."""
    said = ids(played.say(FIRST))
    while "triage.talk.end_home" not in said:
        said = ids(played.say("non"))
    assert said == ["triage.talk.end_home", "case.ask.home"]
    return ids(played.say("oui"))


def later(played: Shell, days: int = 1) -> list[str]:
    """So many days on, tick by tick; what came by itself."""
    by_name = {tick.name: tick.work for tick in ticks(played.app)}
    for _ in range(days):
        played.moment[0] += DAY
        for name in ("coming", "due", "unsent"):
            anyio.run(by_name[name])
    return ids(played.terminal.take())


def the_case(played: Shell) -> tuple[str, str | None]:
    with played.app.store.read() as session:
        row = session.query(Case).order_by(Case.id.desc()).first()
        assert row is not None
        return row.outcome, row.closed_for


def test_from_the_first_message_to_the_news_a_day_later(played: Shell) -> None:
    assert home(played) == ["case.will.home"]
    assert the_case(played) == ("home", None)
    assert later(played) == ["case.how_relation"]
    assert ids(played.say("ça va mieux")) == ["advice.better"]
    assert the_case(played) == ("home", "better")
    assert later(played, 5) == []


@pytest.mark.parametrize("text", ["mazal kima kan", "Pareil", "2"])
def test_the_same_in_words_by_label_and_by_number(played: Shell, text: str) -> None:
    home(played)
    later(played)
    assert ids(played.say(text)) == ["case.same_soon"]
    assert later(played) == ["case.how_relation"]
    assert ids(played.say(text)) == ["case.same_soon_last"]
    assert later(played, 5) == []


@pytest.mark.parametrize("text", ["c'est pire", "C'est pire"])
def test_worse_begins_again_and_ends_no_lower_than_today(played: Shell, text: str) -> None:
    home(played)
    later(played)
    said = played.say(text)
    assert ids(said)[-1] == "triage.general.ask.breathing"
    while not any(message.outcome for message in said):
        said = played.say("non")
    assert [message.outcome for message in said if message.outcome] == ["today"]
    assert the_case(played) == ("today", None)
    with played.app.store.read() as session:
        assert [row.closed_for for row in session.query(Case).order_by(Case.id)] == ["worse", None]


def test_nobody_answers(played: Shell) -> None:
    home(played)
    assert later(played, 4) == ["case.how_relation", "case.how_relation"]
    assert the_case(played) == ("home", "silent")
    with played.app.store.read() as session:
        assert handoffs.open_requests(session) == []


def test_a_no_keeps_nothing_and_nothing_comes(played: Shell) -> None:
    said = ids(played.say(FIRST))
    while "case.ask.home" not in said:
        said = ids(played.say("non"))
    assert ids(played.say("non")) == ["case.no"]
    with played.app.store.read() as session:
        assert session.query(Case).count() == 0
        whom = people.find(session, "terminal", "fatima")
        assert whom is not None and "care" not in people.consents(session, whom.person_id)
    assert later(played, 4) == []


def test_stop_means_no_follow_up_and_an_open_question_waits_for_a_tapped_one(played: Shell) -> None:
    home(played)
    later(played)
    assert ids(played.say("rdv"))[-1] == "booking.ask_service"
    assert ids(played.say("stop")) == ["stopped.messages"]
    assert later(played, 4) == []
