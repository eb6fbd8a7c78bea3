"""The tables. One file a subject; importing this package registers them all."""

from store.models.accounts import ROLES, SignInTry, Staff, StaffSession
from store.models.base import Base
from store.models.bookings import IS_LIVE, LIVE, Booking
from store.models.facilities import Agenda, AgendaException, Facility, FacilityHours, Holiday, Revision, Service
from store.models.messages import IS_OPEN, Attempt, Message
from store.models.people import Address, Consent, Person
from store.models.staff import Audit, Feedback, Handoff, Seal
from store.models.talks import Inbox, Talk

__all__ = [
    "IS_LIVE", "IS_OPEN", "LIVE", "ROLES", "Address", "Agenda", "AgendaException", "Attempt", "Audit", "Base",
    "Booking", "Consent", "Facility", "FacilityHours", "Feedback", "Handoff", "Holiday", "Inbox", "Message", "Person",
    "Revision", "Seal", "Service", "SignInTry", "Staff", "StaffSession", "Talk",
]  # fmt: skip
