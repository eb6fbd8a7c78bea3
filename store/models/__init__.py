"""The tables. One file a subject; importing this package registers them all."""

from store.models.accounts import ROLES, SignInTry, Staff, StaffSession
from store.models.base import Base
from store.models.bookings import IS_LIVE, LIVE, Booking
from store.models.cases import IS_FOLLOWED, Case, Correction
from store.models.children import Child, Dose
from store.models.due import IS_DUE_OPEN, Due
from store.models.facilities import Agenda, AgendaException, Facility, FacilityHours, Holiday, Revision, Service
from store.models.messages import IS_OPEN, IS_PENDING, Attempt, Lane, Line, Message, Opened
from store.models.people import Address, Alias, Consent, Person
from store.models.staff import Audit, Feedback, Handoff, Seal
from store.models.talks import Inbox, Talk
from store.models.templates import Template
from store.models.waiting import Offer, Waiting

__all__ = [
    "IS_DUE_OPEN", "IS_FOLLOWED", "IS_LIVE", "IS_OPEN", "IS_PENDING", "LIVE", "ROLES", "Address", "Agenda",
    "AgendaException", "Alias", "Attempt", "Audit", "Base", "Booking", "Case", "Child", "Consent", "Correction", "Dose",
    "Due", "Facility", "FacilityHours", "Feedback", "Handoff", "Holiday", "Inbox", "Lane", "Line", "Message", "Offer",
    "Opened", "Person", "Revision", "Seal", "Service", "SignInTry", "Staff", "StaffSession", "Talk", "Template",
    "Waiting",
]  # fmt: skip
