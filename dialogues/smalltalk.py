"""Short answers that open nothing: greetings, thanks, who we are, what we can do, what we cannot."""

from __future__ import annotations

from dialogues import waiting_list
from dialogues.booking import booking_params
from dialogues.effects import Choice, Say, StopMessages
from dialogues.facts import Facts
from dialogues.numbers import number_params
from dialogues.reading import Reading

MENU = (
    Choice("go=book_appointment", "choice.book"),
    Choice("go=report_symptom", "choice.feel_ill"),
    Choice("go=check_appointment", "choice.my_appointments"),
    Choice("go=find_facility", "choice.find"),
    Choice("go=check_vaccination_schedule", "choice.vaccines"),
    Choice("go=ask_emergency_number", "choice.emergency_numbers"),
    Choice("go=talk_to_human", "choice.human"),
    Choice("go=change_language", "choice.language"),
)
MENU_BUTTON = (Choice("go=ask_help", "choice.menu"),)


def greet(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """Hello, and what one can do here (the welcome goes before it at first contact)."""
    return (Say("menu.offer" if facts.person.is_new else "greet.again", {}, MENU),)


def menu(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """What the assistant can do."""
    return (Say("help.what_i_do", {}, MENU),)


def goodbye(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    return (Say("goodbye"),)


def thank(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    return (Say("thank.welcome"),)


def identity(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """Who speaks: a program, not a doctor; who runs it; what is kept."""
    return (Say("identity.who", {}, (Choice("go=ask_privacy", "choice.privacy"), *MENU_BUTTON)),)


def out_of_scope(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    return (Say("out_of_scope", {}, MENU[:3]),)


def nothing_open(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """A yes, a no or a detail when nothing was asked."""
    return (Say("nothing_open", {}, MENU),)


def cost(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """What care costs in public facilities and what the AMO covers (dossier 1.1 and 3.4)."""
    return (Say("cost.public"),)


def documents(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """What to bring, by the kind of care named."""
    service = reading.first("service")
    known = {
        "vaccination": "documents.vaccination",
        "child_growth": "documents.vaccination",
        "prenatal": "documents.prenatal",
    }
    birth = {"midwife": "documents.prenatal", "postnatal": "documents.prenatal"}
    return (Say({**known, **birth}.get(service.value if service else "", "documents.general")),)


def my_bookings(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    """The person's appointments, each with where and when."""
    bookings, waits = facts.bookings(), waiting_list.mine(facts)
    if not bookings and waits:
        return waits
    if not bookings:
        return (Say("bookings.none", {}, (Choice("go=book_appointment", "choice.book_one"), *MENU_BUTTON)),)
    choices = (
        Choice("go=reschedule_appointment", "choice.move_it"),
        Choice("go=cancel_appointment", "choice.cancel_it"),
        Choice("go=ask_required_documents", "choice.documents"),
    )
    said = [Say("bookings.one", booking_params(b)) for b in bookings[:5]]
    return (*waits, *said[:-1], Say("bookings.one", said[-1].params, choices))


def emergency_numbers(reading: Reading, facts: Facts) -> tuple[Say, ...]:
    return (Say("emergency.numbers", number_params(), lane="danger"),)


def stop_messages(reading: Reading, facts: Facts) -> tuple[Say | StopMessages, ...]:
    """STOP: nothing more that was not asked for, at once."""
    kept = "stopped.messages_bookings" if facts.bookings() else "stopped.messages"
    again = (Choice("go=resume_reminders", "choice.reminders_on"),) if facts.children() else ()
    return (StopMessages(), Say(kept, {}, again))
