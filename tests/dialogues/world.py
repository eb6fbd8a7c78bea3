"""A small world for the core's tests: two towns, three facilities, a clock that stands still, and readings by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from dialogues.effects import (
    AnswerCase,
    CloseChild,
    Effect,
    GiveConsent,
    OpenCase,
    RecordDose,
    RegisterChild,
    SetReminders,
    Sex,
    UndoDose,
)
from dialogues.facts import (
    BookingFact,
    CaseFact,
    ChildFact,
    DoseFact,
    FacilityFact,
    HoursFact,
    PersonFact,
    PlaceFact,
    ServiceFact,
    SlotFact,
    WaitingFact,
)
from dialogues.reading import Entity, Reading

NOW = datetime(2026, 11, 24, 9, 0)  # a Tuesday
OFFICE = tuple(HoursFact(day, time(8, 30), time(16, 30)) for day in range(5))
RABAT = PlaceFact("421", "Rabat", "الرباط", "Rabat", "الرباط")
SALE = PlaceFact("441", "Salé", "سلا", "Salé", "سلا")
LOUDAYA_ONE = PlaceFact("901", "Sidi Ali", "سيدي علي", "Errachidia", "الرشيدية")
LOUDAYA_TWO = PlaceFact("902", "Sidi Ali", "سيدي علي", "El Jadida", "الجديدة")


def _facility(code: str, place: PlaceFact, services: set[str], name: str) -> FacilityFact:
    return FacilityFact(
        code, name, "مركز " + place.name_ar, "CSU1", place.code, place.name_fr, place.name_ar, "1, rue de l'Exemple",
        "زنقة المثال 1", "0500000001", 34.0, -6.8, frozenset(services), OFFICE, True,
    )  # fmt: skip


FACILITIES = (
    _facility("F-RABAT-1", RABAT, {"dentistry", "generalist"}, "Centre Agdal"),
    _facility("F-RABAT-2", RABAT, {"generalist", "vaccination"}, "Centre Yacoub"),
    _facility("F-SALE-1", SALE, {"generalist", "pediatrics"}, "Centre Tabriquet"),
)


@dataclass
class World:
    """Implements ``dialogues.facts.Facts``; every field may be changed by a test."""

    now: datetime = NOW
    person: PersonFact = field(default_factory=lambda: PersonFact("p", None, None, "fr", False, frozenset(), False, 3))
    full: set[date] = field(default_factory=set)
    taken: set[datetime] = field(default_factory=set)
    holidays: dict[date, str] = field(default_factory=dict)
    booked: list[BookingFact] = field(default_factory=list)
    followed: list[ChildFact] = field(default_factory=list)
    waits: list[WaitingFact] = field(default_factory=list)
    followed_cases: list[CaseFact] = field(default_factory=list)

    def services(self) -> Sequence[ServiceFact]:
        return [ServiceFact(c, 30) for c in ("generalist", "pediatrics", "dentistry", "vaccination")]

    def facility(self, facility_id: str) -> FacilityFact | None:
        return next((f for f in FACILITIES if f.id == facility_id), None)

    def facilities(
        self,
        *,
        service: str | None = None,
        commune: str | None = None,
        near: tuple[float, float] | None = None,
        kinds: frozenset[str] | None = None,
        limit: int = 5,
    ) -> Sequence[FacilityFact]:
        fitting = [f for f in FACILITIES if service is None or service in f.services]
        fitting = [f for f in fitting if kinds is None or f.kind in kinds]
        here = [f for f in fitting if commune is None or f.commune == commune]
        found = here or (fitting if commune in {p.code for p in (RABAT, SALE)} else [])
        return [replace(f, distance_km=1.5) for f in found[:limit]] if near else found[:limit]

    def facilities_named(self, text: str, *, limit: int = 5) -> Sequence[FacilityFact]:
        return [f for f in FACILITIES if text.lower() in f.name_fr.lower() and len(text) > 4][:limit]

    def places(self, text: str, *, limit: int = 5) -> Sequence[PlaceFact]:
        names = {p.name_fr.lower(): p for p in (RABAT, SALE)} | {p.name_ar: p for p in (RABAT, SALE)}
        if text.lower() == "sidi ali":
            return [LOUDAYA_ONE, LOUDAYA_TWO]
        return [names[text.lower()]] if text.lower() in names else []

    def place(self, code: str) -> PlaceFact | None:
        return next((p for p in (RABAT, SALE, LOUDAYA_ONE, LOUDAYA_TWO) if p.code == code), None)

    def free_days(self, facility: str, service: str, start: date, *, days: int = 42, limit: int = 4) -> Sequence[date]:
        found = (start + timedelta(days=n) for n in range(days))
        return [d for d in found if self.free_slots(facility, service, d)][:limit]

    def free_slots(self, facility: str, service: str, day: date) -> Sequence[SlotFact]:
        if day.weekday() > 4 or day in self.full or day in self.holidays:
            return []
        starts = [datetime.combine(day, time(h, m)) for h in (9, 10, 11, 14, 15) for m in (0, 30)]
        return [SlotFact(s, 1) for s in starts if s > self.now and s not in self.taken]

    def holiday(self, day: date) -> str | None:
        return self.holidays.get(day)

    def bookings(self) -> Sequence[BookingFact]:
        return self.booked

    def children(self) -> Sequence[ChildFact]:
        return sorted(self.followed, key=lambda child: child.birth, reverse=True)

    def waiting(self) -> Sequence[WaitingFact]:
        return self.waits

    def cases(self) -> Sequence[CaseFact]:
        return self.followed_cases

    def does(self, effects: Iterable[Effect]) -> None:
        """What the store would do with effects on children and cases, so that a talk can go on over several turns."""
        for effect in effects:
            if isinstance(effect, GiveConsent):
                others = self.person.consents - {effect.purpose}
                now = others | {effect.purpose} if effect.granted else others
                self.person = replace(self.person, consents=now)
            elif isinstance(effect, RegisterChild):
                place = self.facility(effect.facility) if effect.facility else None
                code = f"c{len(self.followed) + 1}"
                self.followed.append(ChildFact(code, effect.name, effect.birth, effect.sex, place, "on", None, ()))
            elif isinstance(effect, RecordDose):
                self._change(effect.child, lambda c, e=effect: replace(c, doses=(*c.doses, _dose(c, e))))
            elif isinstance(effect, UndoDose):
                for child in list(self.followed):
                    kept = tuple(d for d in child.doses if d.id != effect.dose)
                    self._change(child.id, lambda c, kept=kept: replace(c, doses=kept))
            elif isinstance(effect, SetReminders):
                for child in list(self.followed):
                    if effect.child in (None, child.id):
                        self._change(child.id, lambda c, e=effect: replace(c, reminders=e.state, paused_until=e.until))
            elif isinstance(effect, CloseChild):
                self.followed = [c for c in self.followed if c.id != effect.child]

            elif isinstance(effect, OpenCase):
                self.followed_cases.insert(0, self.case_of(effect, f"k{len(self.followed_cases) + 1}"))
            elif isinstance(effect, AnswerCase) and effect.answer in ("better", "seen"):
                self.followed_cases = [c for c in self.followed_cases if c.id != effect.case]

    def case_of(self, opened: OpenCase, code: str, asked: datetime | None = None) -> CaseFact:
        """An open case as the store would tell of it."""
        told = (opened.outcome, opened.complaints, opened.subject, self.now, dict(opened.answers))
        return CaseFact(code, *told, asked, False)

    def _change(self, child: str, change: Callable[[ChildFact], ChildFact]) -> None:
        wanted = self.followed[-1].id if child == "new" else child
        self.followed = [change(c) if c.id == wanted else c for c in self.followed]


def _dose(child: ChildFact, effect: RecordDose) -> DoseFact:
    return DoseFact(f"{child.id}-d{len(child.doses) + 1}", effect.antigen, effect.number, effect.given_on)


def a_child(name: str = "Salma", birth: date = date(2026, 9, 24), sex: Sex = "f", **given: Any) -> ChildFact:
    """A followed child of two months; ``doses`` as ``"PENTA@2026-11-24 BCG@2026-09-25"``, the rest are fields."""
    doses = []
    for number, told in enumerate(str(given.pop("doses", "")).split()):
        dose, _, day = told.partition("@")
        antigen, _, nth = dose.partition("-")
        doses.append(DoseFact(f"{name}-d{number}", antigen, int(nth) if nth else None, date.fromisoformat(day)))
    fields: dict[str, Any] = {"id": name.lower(), "facility": None, "reminders": "on", "paused_until": None, **given}
    return ChildFact(name=name, birth=birth, sex=sex, doses=tuple(doses), **fields)


def a_reading(text: str = "x", intent: str | None = None, **given: Any) -> Reading:
    """A reading by hand: ``service=``, ``city=``, ``relation=``, ``facility=``, ``person_name=`` become entities,
    ``vaccines=`` (codes) several; ``day=``, ``time=``, ``part=`` a time expression, ``born=`` one of a day gone by,
    ``months=`` an age; ``cues=`` a string of cues; the rest are fields."""
    entities = tuple(
        Entity(kind, value := given.pop(kind), text if kind == "facility" else value, 0, len(text))
        for kind in ("service", "city", "relation", "facility", "person_name")
        if kind in given
    )
    for code in str(given.pop("vaccines", "")).split():
        start = max(text.upper().find(code), 0)
        entities = (*entities, Entity("vaccine", code, code, start, start + len(code)))
    if "born" in given:
        given["past"] = ({"kind": "birthdate", "birthdate": given.pop("born")},)
    if "months" in given:
        given["past"] = ({"kind": "age", "age_months": given.pop("months")},)
    when: dict[str, Any] = {}
    if "day" in given:
        when["date"] = given.pop("day")
    for key in ("time", "part"):
        if key in given:
            when[key] = given.pop(key)
    if when:
        kind = "part" if "part" in when else "datetime" if len(when) == 2 else "date" if "date" in when else "time"
        when["kind"] = kind
    cues = frozenset(str(given.pop("cues", "")).split())
    return Reading(
        text=text, intent=intent, confidence=0.9, entities=entities, cues=cues, when=(when,) if when else (),
        words=tuple(text.split()), doubt="none" if intent else "low", **given,
    )  # fmt: skip
