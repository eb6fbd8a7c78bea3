"""A child that died. Condolence, everything planned for it stops at once, and nothing is asked.

Only words that say that somebody has died count ("مات", "twffa", "est décédé"), never wishes for the dead parents of
whoever is asked a favour ("lah yr7em lwalidin"), nor "is dying", which the danger net hears first.
"""

from __future__ import annotations

from dialogues.child_details import plain, sex_of
from dialogues.child_words import says, says_phrase
from dialogues.choosing_child import child_meant
from dialogues.effects import AnswerCase, CancelBooking, CloseChild, Effect, Say, SetReminders
from dialogues.facts import ChildFact, Facts
from dialogues.reading import Reading

_CHILD = frozenset({"son", "daughter", "baby", "child", "twins", "grandchild"})
_QUESTIONS = frozenset("? ؟".split())
MOST_WORDS = 30


def speaks_of_death(reading: Reading, facts: Facts) -> bool:
    """Whether a message says that somebody of the person's has died."""
    asks = bool(_QUESTIONS & set(reading.text)) or says(reading, "not_death")
    if asks or not 0 < len(reading.words) <= MOST_WORDS:
        return False
    prayed = says(reading, "prayer")
    if not (prayed or says(reading, "died") or says_phrase(reading, "died_phrases")):
        return False
    somebody = reading.first("relation") or reading.first("person_name")
    return prayed or somebody is not None or is_of_child(reading, facts)


def is_of_child(reading: Reading, facts: Facts) -> bool:
    """Whether it is a child of whom it is said: by a word for one, or by the name of one that is followed."""
    if {e.value for e in reading.all("relation")} - _CHILD:
        return False
    names = {plain(c.name) for c in facts.children()}
    said = f" {plain(reading.text)} "
    named = any(f" {name} " in said for name in names)
    return named or sex_of(reading) is not None or any(e.value in _CHILD for e in reading.all("relation"))


def respond(reading: Reading, facts: Facts) -> tuple[Effect, ...]:
    """Condolence. The child meant is followed no longer; where it is not sure which, all reminders stop. Nobody is
    asked how things go any more: it may be about who died."""
    over = tuple(AnswerCase(case.id, "over") for case in facts.cases())
    return (*over, *_of_whom(reading, facts))


def _of_whom(reading: Reading, facts: Facts) -> tuple[Effect, ...]:
    if not is_of_child(reading, facts):
        return (Say("grief.other"),)
    children = facts.children()
    if not children:
        return (Say("grief.child"),)
    child = child_meant(reading, facts) or (children[0] if len(children) == 1 else None)
    if child is None:
        return (SetReminders(None, "off"), Say("grief.all_stopped"))
    return (CloseChild(child.id, "died"), *_cancelled(child, facts), Say("grief.stopped"))


def _cancelled(child: ChildFact, facts: Facts) -> tuple[Effect, ...]:
    """Appointments made in the child's name: nobody is to be reminded of one."""
    return tuple(CancelBooking(b.id) for b in facts.bookings() if plain(b.beneficiary) == plain(child.name))
