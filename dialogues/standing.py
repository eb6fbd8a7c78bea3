"""Buttons that work at any time: those of reminders, offers and answers about a child, hours or days after they came.

Their ids are ``re.<kind>.<answer>.<subject id>``. A tap opens this flow for one step: it either does at once what the
button says, or opens the flow that asks the rest. What was open before waits, and is asked again afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dialogues import params as p
from dialogues import waiting_list
from dialogues.answers import parse_day
from dialogues.booking import booking_params
from dialogues.effects import AnswerOffer, Choice, ConfirmBooking, Effect, Say
from dialogues.engine import Ask, Done, Flow, Taken
from dialogues.facts import ChildFact, Facts
from dialogues.minding import paused
from dialogues.reading import Reading
from dialogues.registering import twin_answers
from dialogues.talk import Answers
from dialogues.triage import followed
from dialogues.vaccines import TOGETHER, outlook_of, still_to_give

PREFIX = "re."
UNDO = "re.dose.undo."
_RELATION = {"f": "daughter", "m": "son"}
_OLD = Done((Say("old_button"),))


def parse(choice: str) -> Answers | None:
    """The answers that a tapped id stands for; None when it is none of these."""
    parts = choice.removeprefix(PREFIX).split(".", 2)
    if not choice.startswith(PREFIX) or len(parts) != 3 or (parts[0], parts[1]) not in _ANSWERS:
        return None
    subject, _, day = parts[2].partition(":")
    return {"kind": parts[0], "answer": parts[1], "subject": subject, "day": day}


def is_undo(choice: str) -> bool:
    """Whether a button takes a dose back."""
    return choice.startswith(UNDO)


def _child(answers: Answers, facts: Facts) -> ChildFact | None:
    return next((c for c in facts.children() if c.id == answers["subject"]), None)


def _given(answers: Answers, facts: Facts) -> Done:
    """ "Given", on a reminder: the doses of that visit; only the day is asked."""
    child = _child(answers, facts)
    if child is None:
        return Done((Say("child.gone"),))
    look, visit = outlook_of(child, facts.now.date()), parse_day(str(answers["day"]))
    if look is None or visit is None:
        return Done(then=("recording", {"child": child.id}))
    rows = [row for row in still_to_give(look.seen.doses) if row.due <= visit + TOGETHER]
    if not rows:
        return Done((Say("record.nothing_open", {"child": p.a_text(child.name)}),))
    return Done(then=("recording", {"child": child.id, "doses": _antigens([row.dose for row in rows])}))


def _antigens(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name.partition("-")[0] for name in names))


def _later(answers: Answers, facts: Facts) -> Done:
    return Done((Say("reminder.answer.later"),))


def _book(answers: Answers, facts: Facts) -> Done:
    """A vaccination visit for that child, at its centre."""
    child = _child(answers, facts)
    if child is None:
        return Done((Say("child.gone"),))
    found: dict[str, Any] = {"service": "vaccination", "for": _RELATION[child.sex], "name": child.name}
    if child.facility is not None:
        found["facility"] = child.facility.id
    return Done(then=("booking", found))


def _pause(answers: Answers, facts: Facts) -> Done:
    child = _child(answers, facts)
    return paused(child, facts) if child else Done((Say("child.gone"),))


def _visit_yes(answers: Answers, facts: Facts) -> Done:
    """ "Was it given?" Yes: which child and which doses follow as always."""
    child = _child(answers, facts)
    return Done(then=("recording", {"child": child.id} if child else {}))


def _visit_no(answers: Answers, facts: Facts) -> Done:
    book = Choice("go=book_appointment:vaccination", "choice.book_vaccination")
    return Done((Say("reminder.answer.not_given", {}, (book,)),))


def _booking(do: Callable[[str, Facts], Done]) -> Callable[[Answers, Facts], Done]:
    """Only a live appointment of the person can be confirmed, moved or cancelled."""

    def answer(answers: Answers, facts: Facts) -> Done:
        if not any(b.id == answers["subject"] for b in facts.bookings()):
            return Done((Say("reminder.answer.booking_gone"),))
        return do(str(answers["subject"]), facts)

    return answer


def _come(booking: str, facts: Facts) -> Done:
    row = next(b for b in facts.bookings() if b.id == booking)
    return Done((ConfirmBooking(booking), Say("reminder.answer.come", booking_params(row))))


def _move(booking: str, facts: Facts) -> Done:
    return Done(then=("rescheduling", {"booking": booking}))


def _cancel(booking: str, facts: Facts) -> Done:
    return Done(then=("cancelling", {"booking": booking}))


def _feedback(answers: Answers, facts: Facts) -> Done:
    return Done(then=("feedback", {}))


def _take_offer(answers: Answers, facts: Facts) -> Done:
    mine = (Choice("go=check_appointment", "choice.my_appointments"),)
    return Done((AnswerOffer(str(answers["subject"]), True), Say("offer.taken", {}, mine, document="calendar:new")))


def _leave_offer(answers: Answers, facts: Facts) -> Done:
    return Done((AnswerOffer(str(answers["subject"]), False), Say("offer.left")))


def _leave_waiting(answers: Answers, facts: Facts) -> Done:
    return waiting_list.left(str(answers["subject"]))


def _undo(answers: Answers, facts: Facts) -> Done:
    return Done(then=("undoing", {"child": answers["subject"], "given": answers["day"]}))


def _twin(answers: Answers, facts: Facts) -> Done:
    """The subject is the birth date that both share."""
    birth = parse_day(str(answers["subject"]))
    return Done(then=("registering", {**twin_answers(birth, facts), "twin": True})) if birth else _OLD


def _register(answers: Answers, facts: Facts) -> Done:
    birth = parse_day(str(answers["subject"]))
    return Done(then=("registering", {"birth": birth.isoformat()})) if birth else _OLD


def _of_child(flow: str, **known: Any) -> Callable[[Answers, Facts], Done]:
    """Open a flow for that child."""

    def answer(answers: Answers, facts: Facts) -> Done:
        child = _child(answers, facts)
        return Done(then=(flow, {"child": child.id, **known})) if child else Done((Say("child.gone"),))

    return answer


def _card(kind: str) -> Callable[[Answers, Facts], Done]:
    """The card as a picture (which offers the file), or as a file."""

    def answer(answers: Answers, facts: Facts) -> Done:
        child = _child(answers, facts)
        if child is None:
            return Done((Say("child.gone"),))
        file = (Choice(f"re.child.card.{child.id}", "choice.card_file"),) if kind == "card-picture" else ()
        return Done((Say("card.sent", {"child": p.a_text(child.name)}, file, document=f"{kind}:{child.id}"),))

    return answer


_ANSWERS: dict[tuple[str, str], Callable[[Answers, Facts], Done]] = {
    ("vaccine", "given"): _given,
    ("vaccine", "later"): _later,
    ("vaccine", "book"): _book,
    ("vaccine", "pause"): _pause,
    ("visit", "yes"): _visit_yes,
    ("visit", "no"): _visit_no,
    ("booking", "come"): _booking(_come),
    ("booking", "move"): _booking(_move),
    ("booking", "cancel"): _booking(_cancel),
    ("feedback", "tell"): _feedback,
    ("offer", "take"): _take_offer,
    ("offer", "leave"): _leave_offer,
    ("waiting", "leave"): _leave_waiting,
    ("dose", "undo"): _undo,
    ("child", "twin"): _twin,
    ("child", "register"): _register,
    ("child", "record"): _of_child("recording"),
    ("child", "next"): _of_child("schedule"),
    ("child", "plan"): _of_child("schedule", view="plan"),
    ("child", "manage"): _of_child("minding"),
    ("child", "on"): _of_child("minding", what="on"),
    ("child", "pause"): _pause,
    ("child", "book"): _book,
    ("child", "picture"): _card("card-picture"),
    ("child", "card"): _card("card"),
    **followed.ANSWERS,
}
# What is said when the world no longer has what the button was about, by kind of button.
_GONE = {"booking": "reminder.answer.booking_gone", "offer": "offer.gone", "waiting": "waiting.left",
         "case": "case.closed"}  # fmt: skip


def _take(answers: Answers, asked: str | None, reading: Reading, facts: Facts) -> Taken | None:
    return None


def _choose(answers: Answers, into: str, value: str, facts: Facts) -> Taken | None:
    return None


def _step(answers: Answers, facts: Facts) -> Ask | Done:
    if "refused" in answers:
        said: tuple[Effect, ...] = (Say(_GONE.get(str(answers["kind"]), "child.gone")),)
        return Done(said)
    return _ANSWERS[str(answers["kind"]), str(answers["answer"])](answers, facts)


def _refused(answers: Answers, reason: str, facts: Facts) -> Taken:
    return Taken({**answers, "refused": reason})


STANDING = Flow("standing", 1, _take, _choose, _step, _refused)
