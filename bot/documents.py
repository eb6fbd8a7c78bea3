"""Files that go with a message: the calendar entry of an appointment, a vaccination card, the copy of one's data."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from bot import render
from bot.languages import language
from bot.messages import Document
from dialogues import params as p
from store import people
from store.bookings import BookingRow, one
from store.clock import local, utc, zone
from store.database import Session, Store


def document(
    store: Store, session: Session, reference: str, person_id: str, code: str, now: datetime
) -> Document | None:
    """The file that ``Say.document`` refers to; None when what it was about is gone. ``now`` is aware UTC."""
    if reference == "export":
        return _export(session, person_id)
    kind, _, subject = reference.partition(":")
    if kind in ("card", "card-picture"):
        return _card(store, session, kind, subject, person_id, code, now)
    booking = one(session, subject) if kind == "calendar" else None
    if booking is None:
        return None
    return _calendar(store, session, booking, code, now)


def _export(session: Session, person_id: str) -> Document:
    data = people.export(session, person_id)
    content = json.dumps(data, ensure_ascii=False, indent=2, default=str).encode()
    return Document("labas.json", "application/json", content)


def _card(
    store: Store, session: Session, kind: str, child_id: str, person_id: str, code: str, now: datetime
) -> Document | None:
    """The card of one of the person's own children."""
    # Drawing takes a second to load, which only a card should cost.
    from bot import card  # noqa: PLC0415

    child = next((c for c in store.facts(session, person_id, now).children() if c.id == child_id), None)
    if child is None:
        return None
    wall = local(now)
    if kind == "card":
        return Document("vaccination.pdf", "application/pdf", card.card_pdf(child, code, wall))
    return Document("vaccination.png", "image/png", card.card_picture(child, code, wall))


def _calendar(store: Store, session: Session, booking: BookingRow, code: str, now: datetime) -> Document:
    """An RFC 5545 entry. The same appointment keeps its UID when it moves, with a higher SEQUENCE, so that a phone's
    calendar replaces the old hour."""
    row = language(code)
    facility = store.facts(session, booking.person_id, now).facility(booking.facility)
    service = p.a_service(booking.service)
    event = Event()
    event.add("uid", f"{booking.id}@labas")
    event.add("dtstamp", now)
    event.add("sequence", booking.sequence)
    event.add("status", "CONFIRMED" if booking.state == "booked" else "CANCELLED")
    event.add("dtstart", utc(booking.starts, booking.zone))
    event.add("dtend", utc(booking.starts + timedelta(minutes=booking.minutes), booking.zone))
    event.add(
        "summary", render.text("calendar.summary", {"service": service}, row.code, now.astimezone(zone(booking.zone)))
    )
    event.add("description", render.text("calendar.description", {}, row.code, now.astimezone(zone(booking.zone))))
    if facility is not None:
        names = (
            (facility.name_ar, facility.commune_ar) if row.right_to_left else (facility.name_fr, facility.commune_fr)
        )
        event.add("location", ", ".join(names))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(hours=-3))
    alarm.add("description", event["summary"])
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Labas//labas//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return Document("rendez-vous.ics", "text/calendar", calendar.to_ical())
