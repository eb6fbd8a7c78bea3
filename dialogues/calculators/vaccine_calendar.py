"""What a vaccine calendar says, as typed values; the files in ``dialogues/schedules`` are read into these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dialogues.calculators.spans import Span

Review = Literal["confirmed", "pending"]
Missed = Literal["too_late", "not_needed"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule by its id, with what it says, its source in the health dossier and how sure that is (C, P or GK)."""

    id: str
    says: str
    source: str
    certainty: str
    review: Review


@dataclass(frozen=True, slots=True)
class Bound:
    """A least age, a least interval, or an age after which a health worker is asked; and the rule that says so."""

    span: Span
    rule: Rule


@dataclass(frozen=True, slots=True)
class UpperAge:
    """The age after which a dose does not count. ``inclusive``: the day of that age still does."""

    span: Span
    inclusive: bool
    missed: Missed
    rule: Rule

    def last_day(self, birth: date) -> date:
        """The last day on which the dose may be given."""
        day = self.span.after(birth)
        return day if self.inclusive else day - timedelta(1)


@dataclass(frozen=True, slots=True)
class Needs:
    """Another antigen's dose that goes before, by ``span`` at least; ``without`` marks what goes on without it."""

    dose: str
    span: Span
    rule: Rule
    without: Rule


@dataclass(frozen=True, slots=True)
class Planned:
    """A dose planned so long after another one of its antigen, instead of at an age."""

    after: str
    by: Span


@dataclass(frozen=True, slots=True)
class ScheduledDose:
    """One dose of the calendar, everything that holds for it resolved.

    ``interval`` is the least time since any earlier dose of the antigen, counting or not. A dose whose ``upper`` says
    ``not_needed`` when missed does not hold back the next one.
    """

    name: str
    antigen: str
    number: int
    place: int
    visit: str
    age: Span
    from_age: Bound
    interval: Bound | None
    needs: Needs | None
    upper: UpperAge | None
    ask_after: Bound | None
    planned: Planned | None
    live: bool
    source: str
    certainty: str
    review: Review

    @property
    def optional(self) -> bool:
        """Whether the series goes on without it."""
        return self.upper is not None and self.upper.missed == "not_needed"


@dataclass(frozen=True, slots=True)
class Antigen:
    """A vaccine with its doses by number, lowest first; ``sex`` is the only one it is for, or ``None``."""

    name: str
    doses: tuple[ScheduledDose, ...]
    place: int
    live: bool
    sex: str | None

    def dose(self, number: int) -> ScheduledDose:
        """The dose of that number, which must be one of them."""
        return self.doses[number - self.doses[0].number]


@dataclass(frozen=True)
class Calendar:
    """A national calendar: its doses in order, for the births from ``born_from`` on (``None``: the oldest one held)."""

    id: str
    effective_from: date
    born_from: date | None
    antigens: dict[str, Antigen]
    doses: tuple[ScheduledDose, ...]
    live_interval: Bound
    numbers_rule: Rule
    rules: dict[str, Rule]

    def doses_for(self, sex: str) -> tuple[ScheduledDose, ...]:
        """The doses that concern a child of that sex (``f`` or ``m``), in calendar order."""
        return tuple(dose for dose in self.doses if self.antigens[dose.antigen].sex in (None, sex))
