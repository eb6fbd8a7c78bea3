"""Effects on bookings."""

from __future__ import annotations

from dialogues.effects import Book, CancelBooking, ConfirmBooking, MoveBooking
from dialogues.errors import Refused
from store import bookings, people, waiting
from store.perform.scope import Scope


def book(scope: Scope, effect: Book) -> None:
    """Refused: no_consent, past, closed, already_booked, slot_taken."""
    if "appointments" not in people.consents(scope.session, scope.person_id):
        raise Refused("no_consent")
    booking_id = bookings.book(
        scope.session,
        scope.person_id,
        facility=effect.facility,
        service=effect.service,
        starts=effect.starts,
        beneficiary=effect.beneficiary,
        now=scope.now,
    )
    scope.bookings.append(booking_id)
    # Ids only: what care somebody sought, and when, is not to outlive an erasure in the audit.
    scope.audit("booking.book", "booking", booking_id)


def move_booking(scope: Scope, effect: MoveBooking) -> None:
    """Refused: gone, past, closed, already_booked, slot_taken. The booking keeps its id."""
    row = bookings.live(scope.session, effect.booking, scope.owner, scope.now)
    freed = waiting.Seat.of(row)
    bookings.move(scope.session, row, facility=effect.facility or row.facility_id, starts=effect.starts, now=scope.now)
    scope.bookings.append(row.id)
    scope.touch(row.person_id, *waiting.offer(scope.session, freed, scope.now))
    scope.audit("booking.move", "booking", row.id)


def cancel_booking(scope: Scope, effect: CancelBooking) -> None:
    """Refused: gone."""
    row = bookings.live(scope.session, effect.booking, scope.owner, scope.now)
    bookings.cancel(scope.session, row, scope.now)
    scope.touch(row.person_id, *waiting.offer(scope.session, waiting.Seat.of(row), scope.now))
    scope.audit("booking.cancel", "booking", row.id, because="asked")


def confirm_booking(scope: Scope, effect: ConfirmBooking) -> None:
    """The person will come. Refused: gone. Once is enough."""
    row = bookings.live(scope.session, effect.booking, scope.owner, scope.now)
    if row.confirmed_at is None:
        row.confirmed_at = scope.now
        scope.touch(row.person_id)
        scope.audit("booking.confirm", "booking", row.id)
