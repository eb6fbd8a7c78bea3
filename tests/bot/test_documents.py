"""The files that go with messages: a calendar entry that phones understand."""

from __future__ import annotations

from datetime import UTC, datetime

from icalendar import Calendar

from bot import documents
from tests.bot.shell import Shell
from tests.bot.test_conversation import ASKED, BOOKED


def entry(a_shell: Shell, reference: str) -> dict[str, object]:
    with a_shell.app.store.read() as session:
        made = documents.document(a_shell.app.store, session, reference, "", "fr", a_shell.moment[0])
    assert made is not None
    event = next(iter(Calendar.from_ical(made.content).walk("VEVENT")))
    return {name.lower(): event.get(name) for name in ("UID", "SEQUENCE", "STATUS", "DTSTART", "LOCATION")}


def booking_of(a_shell: Shell) -> str:
    from store.models import Booking

    with a_shell.app.store.read() as session:
        return f"calendar:{session.query(Booking).one().id}"


def test_the_hour_is_the_promised_wall_time(a_shell: Shell) -> None:
    text = a_shell.say(*BOOKED)[0].text
    starts = entry(a_shell, booking_of(a_shell))["dtstart"].dt  # type: ignore[attr-defined]
    assert starts == datetime(2026, 11, 26, 8, 30, tzinfo=UTC)  # Morocco is on UTC since 2026-09-20
    assert "8h30" in text


def test_a_cancelled_appointment_is_cancelled_in_the_calendar_too(a_shell: Shell) -> None:
    a_shell.say(*ASKED, "oui")
    reference = booking_of(a_shell)
    before = entry(a_shell, reference)
    a_shell.say("annuler", "oui")
    after = entry(a_shell, reference)
    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")
    assert before["uid"] == after["uid"]


def test_a_file_about_nothing_is_none(a_shell: Shell) -> None:
    with a_shell.app.store.read() as session:
        assert documents.document(a_shell.app.store, session, "calendar:nothing", "", "fr", a_shell.moment[0]) is None
