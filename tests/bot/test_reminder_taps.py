"""A reminder's buttons, tapped, typed in words, or by their number, whatever talk came before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import anyio
import pytest

from dialogues.effects import Choice, Say
from dialogues.params import a_day, a_message
from store import people
from store.perform import perform
from tests.bot.shell import READINGS, Shell, ids, shell
from tests.dialogues.world import a_reading

LATER = Choice("re.vaccine.later.x:2026-11-24", "choice.vaccine_later")
YES, NO = Choice("re.visit.yes.b1", "choice.visit_yes"), Choice("re.visit.no.b1", "choice.visit_no")


@pytest.fixture(autouse=True)
def numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in "12":
        monkeypatch.setitem(READINGS, number, a_reading(number, cues=f"number:{number}"))
    for word, cue in (("oui", "yes"), ("non", "no")):
        monkeypatch.setitem(READINGS, word, a_reading(word, cues=cue))


LATER_OR_NO = Say("reminder.usual_centre", {}, (LATER, NO))


def remind(played: Shell, said: Say = LATER_OR_NO) -> None:
    """A message that nobody asked for comes to Fatima's terminal, after what was said before."""

    def work(session: object) -> str:
        whom = people.find_or_create(session, "terminal", "fatima", played.moment[0])  # type: ignore[arg-type]
        perform(
            session, [said], actor="system",  # type: ignore[arg-type]
            person_id=whom.person_id, address_id=whom.address_id, now=played.moment[0], language="fr",
        )  # fmt: skip
        return whom.address_id

    anyio.run(played.app.delivery.deliver, played.app.store.run(work))
    played.terminal.take()


@pytest.mark.parametrize(
    ("typed", "said"),
    [("1", "reminder.answer.later"), ("2", "reminder.answer.not_given"), ("Plus tard", "reminder.answer.later")],
)
def test_a_reminder_is_answered_by_number_or_in_its_words(tmp_path: Path, typed: str, said: str) -> None:
    with shell(tmp_path) as played:
        played.say("rdv")
        remind(played)
        assert ids(played.say(typed)) == [said, "booking.ask_service"]


def test_after_the_answer_numbers_are_those_of_the_open_question_again(tmp_path: Path) -> None:
    with shell(tmp_path) as played:
        played.say("rdv")
        remind(played)
        played.say("1")
        assert ids(played.say("1")) == ["place.ask_town"]


def test_a_plain_no_answers_what_a_reminder_asks_and_a_yes_what_its_answer_offers(tmp_path: Path) -> None:
    with shell(tmp_path) as played:
        params = {"facility": a_message("reminder.usual_centre"), "due": a_day(date(2026, 11, 23))}
        remind(played, Say("reminder.visit.given", params, (YES, NO)))
        assert ids(played.say("non"))[-1] == "reminder.answer.not_given"
        assert ids(played.say("oui"))[-1] == "place.ask_town"
