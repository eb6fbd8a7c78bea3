"""Feedback belongs to nobody, is read page by page, and the audit says by whom."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from dialogues.effects import GiveConsent, LeaveFeedback
from store import audit_log, feedback
from store.database import Store
from store.models import Audit, Base, Feedback
from tests.store.world import NOW, act, meet

DAY = timedelta(days=1)


def test_nothing_ties_a_text_to_a_person(store: Store) -> None:
    whom = meet(store)
    act(store, whom, [GiveConsent("feedback", True, "v1"), LeaveFeedback("Très bien")])
    with store.read() as session:
        row = session.execute(select(Base.metadata.tables["feedback"])).one()
        audited = session.execute(
            select(Audit.id, Audit.actor, Audit.row_id, Audit.detail).where(Audit.action == "feedback.leave")
        ).one()
    assert set(row._mapping) == {"id", "text", "created_at"}
    assert row.created_at == NOW.replace(hour=0)
    assert tuple(audited[1:]) == ("person", None, {})
    # The hour of the consent is known: an id that tells the hour, as others do, would lead to it.
    assert row.id[:9] != audited.id[:9]


def test_the_newest_day_first_page_by_page(store: Store) -> None:
    for number in range(7):
        act(store, meet(store), [LeaveFeedback(f"text {number}")], now=NOW + (number // 3) * DAY)

    def page(before: str | None) -> list[feedback.FeedbackRow]:
        return store.run(lambda s: feedback.latest(s, "staff:1", NOW, before=before, limit=2))

    pages = [page(None)]
    while len(pages[-1]) == 2:
        pages.append(page(pages[-1][-1].id))
    rows = [row for each in pages for row in each]
    assert [len(each) for each in pages] == [2, 2, 2, 1]
    assert sorted(row.text for row in rows) == [f"text {number}" for number in range(7)]
    assert [row.day for row in rows] == sorted((row.day for row in rows), reverse=True)
    assert page("0" * 32) == pages[0], "a row that is gone: from the start"


def test_reading_is_written_down(store: Store) -> None:
    act(store, meet(store), [LeaveFeedback("secret words")])
    store.run(lambda session: feedback.latest(session, "staff:1", NOW))
    with store.read() as session:
        last = audit_log.latest(session, limit=1)[0]
        assert session.query(Feedback).count() == 1
    assert (last.actor, last.action, last.row, last.detail) == ("staff:1", "feedback.read", None, {"count": 1})
