"""Followed triages in the store: kept only with a yes, told to the person, gone with them, and how long they stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogues.effects import AnswerCase, Effect, GiveConsent, OpenCase, StopMessages
from dialogues.errors import Refused
from store import audit_log, case_review, cases, people
from store.case_told import told_of
from store.database import Store
from store.models import Address, Case, Correction
from tests.store.world import NOW, act, meet, together

DAY = timedelta(days=1)
AGREES = GiveConsent("care", True, "care-1")
A_CASE = OpenCase("home", ("fever",), ("fever.otherwise",), {"shared.days": "2"}, {"fever": 1, "general": 1}, "son")


def followed(store: Store, address: str = "1001", effect: OpenCase = A_CASE) -> tuple[people.Whom, str]:
    whom = meet(store, address)
    act(store, whom, [AGREES, effect])
    with store.read() as session:
        return whom, cases.of_person(session, whom.person_id)[0].id


def counts(store: Store) -> tuple[int, int]:
    """How many cases and corrections there are."""
    with store.read() as session:
        return session.query(Case).count(), session.query(Correction).count()


@pytest.mark.parametrize("before", [[], [AGREES, GiveConsent("care", False, "care-1")], [AGREES, StopMessages()]])
def test_nothing_is_kept_without_a_yes(store: Store, before: list[Effect]) -> None:
    whom = meet(store)
    act(store, whom, before)
    with pytest.raises(Refused, match="no_consent"):
        act(store, whom, [A_CASE])
    assert counts(store) == (0, 0)


def test_a_case_is_told_to_flows_as_it_was_opened(store: Store) -> None:
    whom, case = followed(store)
    with store.read() as session:
        [fact] = store.facts(session, whom.person_id, NOW).cases()
    assert (fact.id, fact.outcome, fact.complaints, fact.subject) == (case, "home", ("fever",), "son")
    assert (fact.answers, fact.asked, fact.is_last) == ({"shared.days": "2"}, None, False)


@pytest.mark.parametrize("effects", [[GiveConsent("care", False, "care-1")], [StopMessages()]])
def test_a_no_afterwards_erases_it_with_what_staff_noted(store: Store, effects: list[Effect]) -> None:
    whom, case = followed(store)
    _, other = followed(store, "1002")
    with store.write() as session:
        for each in (case, other):
            assert case_review.correct(session, each, "staff:1", "today", "trois jours de fièvre", NOW)
    act(store, whom, effects)
    assert counts(store) == (1, 1)


def test_a_yes_after_a_stop_takes_back_the_stop(store: Store) -> None:
    whom = meet(store)
    act(store, whom, [StopMessages()])
    act(store, whom, [AGREES, A_CASE])
    with store.read() as session:
        assert session.get_one(Address, whom.address_id).stopped_at is None


def test_forgotten_means_gone_from_both_tables(store: Store) -> None:
    whom, case = followed(store)
    with store.write() as session:
        case_review.correct(session, case, "staff:1", "today", "trois jours de fièvre", NOW)
        people.forget(session, whom.person_id, NOW)
    assert counts(store) == (0, 0)


def test_the_copy_for_the_person_has_it_all(store: Store) -> None:
    whom, case = followed(store)
    act(store, whom, [AnswerCase(case, "same")], now=NOW + DAY)
    with store.write() as session:
        case_review.correct(session, case, "staff:1", "today", "trois jours de fièvre", NOW + DAY)
    with store.read() as session:
        [told] = people.export(session, whom.person_id)["cases"]
    assert (told["outcome"], told["about"], told["complaints"], told["answers"]) == (
        "home", "son", ["fever"], {"shared.days": "2"},
    )  # fmt: skip
    assert (told["last_answer"], told["state"], told["protocol_versions"]) == (
        "same",
        "open",
        {"fever": 1, "general": 1},
    )
    assert [(row["should_be"], row["note"]) for row in told["corrections"]] == [("today", "trois jours de fièvre")]


@pytest.mark.parametrize(("after", "left"), [(30 * DAY, (1, 1)), (31 * DAY, (0, 1)), (366 * DAY, (0, 0))])
def test_a_case_stays_thirty_days_after_its_end_and_a_correction_a_year(
    store: Store, after: timedelta, left: tuple[int, int]
) -> None:
    whom, case = followed(store)
    with store.write() as session:
        case_review.correct(session, case, "staff:1", "today", "trois jours de fièvre", NOW)
    act(store, whom, [AnswerCase(case, "better")])
    # They still write, so that they are not erased as a whole.
    with store.write() as session:
        people.note_inbound(session, whom, NOW + after)
        people.purge(session, NOW + after)
    assert counts(store) == left


def test_a_correction_says_nothing_of_whom_it_is_about(store: Store) -> None:
    _, case = followed(store)
    with store.write() as session:
        case_review.correct(session, case, "staff:1", "today", "trois jours de fièvre", NOW)
    with store.read() as session:
        told = told_of(session, session.query(Correction).one())
    assert told.subject == ""
    assert told.complaints == ("fever",)


def test_an_open_case_is_not_erased_by_age(store: Store) -> None:
    followed(store)
    with store.write() as session:
        people.purge(session, NOW + 60 * DAY)
    assert counts(store) == (1, 0)


@pytest.mark.parametrize("case", ["0" * 32, "of somebody else", "closed"])
def test_an_answer_to_what_is_not_theirs_or_over(store: Store, case: str) -> None:
    whom, mine = followed(store)
    _, other = followed(store, "1002")
    act(store, whom, [AnswerCase(mine, "better")])
    wanted = {"of somebody else": other, "closed": mine}.get(case, case)
    with pytest.raises(Refused, match="gone"):
        act(store, whom, [AnswerCase(wanted, "worse")])


def test_two_answers_at_once_end_it_once(store: Store) -> None:
    whom, case = followed(store)
    done = together([lambda: act(store, whom, [AnswerCase(case, "better")])] * 2)
    assert sorted(isinstance(each, Refused) for each in done) == [False, True]


def test_silence_at_once_in_two_processes(store: Store) -> None:
    followed(store)

    def work() -> list[str]:
        return store.run(lambda session: cases.fall_silent(session, NOW + 9 * DAY))

    found = together([work] * 2)
    assert sorted(len(each) for each in found if isinstance(each, list)) == [0, 1]


def test_the_audit_knows_ids_only(store: Store) -> None:
    whom, case = followed(store)
    act(store, whom, [AnswerCase(case, "same")])
    with store.read() as session:
        rows = [row for row in audit_log.latest(session) if row.table == "triage_case"]
    assert {(row.action, row.row) for row in rows} == {("case.open", case), ("case.answer", case)}
    assert all(row.detail == {} for row in rows)
