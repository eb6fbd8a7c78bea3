"""The tables. One file a subject; importing this package registers them all."""

from store.models.accounts import ROLES, SignInTry, Staff, StaffSession
from store.models.base import Base
from store.models.bookings import IS_LIVE, LIVE, Booking
from store.models.cases import IS_FOLLOWED, Case, Correction
from store.models.children import Child, Dose
from store.models.due import IS_DUE_OPEN, Due
from store.models.facilities import Agenda, AgendaException, Facility, FacilityHours, Holiday, Revision, Service
from store.models.messages import IS_OPEN, Attempt, Message
from store.models.people import Address, Consent, Person
from store.models.staff import Audit, Feedback, Handoff, Seal
from store.models.talks import Inbox, Talk
from store.models.waiting import Offer, Waiting

__all__ = [
    "IS_DUE_OPEN", "IS_FOLLOWED", "IS_LIVE", "IS_OPEN", "LIVE", "ROLES", "Address", "Agenda", "AgendaException",
    "Attempt", "Audit", "Base", "Booking", "Case", "Child", "Consent", "Correction", "Dose", "Due", "Facility",
    "FacilityHours", "Feedback", "Handoff", "Holiday", "Inbox", "Message", "Offer", "Person", "Revision", "Seal",
    "Service", "SignInTry", "Staff", "StaffSession", "Talk", "Waiting",
]  # fmt: skip
