"""What one row of a facilities file says: the checks and the small grammar of hours and services.

``hours``: ``Mon-Fri 08:30-12:00 13:00-16:30; Sat 08:30-12:00`` (English or French day names).
``services``: ``generalist 20x2 | vaccination 10x3 @ Tue,Thu 08:30-12:00 | nutrition``: minutes x seats, at the
facility's hours or at those after ``@``; without minutes it is offered, but not by appointment.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from store.places import Places
from store.services import MINUTES

HEADER = (
    "code", "name_fr", "name_ar", "kind", "commune", "address_fr", "address_ar", "phone", "lat", "lon", "hours",
    "services", "open_all_day", "active",
)  # fmt: skip
REQUIRED = ("code", "name_fr", "name_ar", "kind", "commune")
KINDS = frozenset("DR CSR1 CSR2 CSU1 CSU2 MA UMP CDTMR HP CHP CHR CHU CTAR BMH".split())
_DAYS = {
    name: number
    for number, names in enumerate(("mon lun", "tue mar", "wed mer", "thu jeu", "fri ven", "sat sam", "sun dim"))
    for name in names.split()
}
_CODE = re.compile(r"[A-Za-z0-9_-]{1,32}")
_PHONE = re.compile(r"\+?[0-9 ().-]{2,24}")
_RANGE = re.compile(r"(\d{1,2})[:h](\d{2})-(\d{1,2})[:h](\d{2})")
_PACE = re.compile(r"(\d{1,3})x(\d{1,3})")
_TRUE, _FALSE = ("yes", "oui", "true", "1", "نعم"), ("no", "non", "false", "0", "لا")
# Bounds of the country: a swapped or mistyped position is noticed here and not by a person who is sent to sea.
_LAT, _LON = (20.5, 36.5), (-17.5, -0.9)
_LONGEST = {"name_fr": 200, "name_ar": 200, "address_fr": 500, "address_ar": 500}


class RowRejected(Exception):
    """A row cannot be taken; the message names the column and what is wrong."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One weekly opening; weekday 0 is Monday."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Offer:
    """A service by appointment: its openings, the minutes of a slot and its seats."""

    service: str
    minutes: int
    seats: int
    openings: tuple[Opening, ...]


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """A facility as a file describes it. ``extra`` are services without appointment."""

    code: str
    name_fr: str
    name_ar: str
    kind: str
    commune: str
    address_fr: str
    address_ar: str
    phone: str | None
    lat: float | None
    lon: float | None
    hours: tuple[Opening, ...]
    offers: tuple[Offer, ...]
    extra: tuple[str, ...]
    open_all_day: bool
    active: bool


def parse(row: Mapping[str, str], places: Places) -> FacilityRow:
    """The facility of a row (column name → text); RowRejected at the first thing that is wrong."""
    cells = {column: _clean(column, row.get(column) or "") for column in HEADER}
    for column in REQUIRED:
        if not cells[column]:
            raise RowRejected(f"{column} is empty")
    if not _CODE.fullmatch(cells["code"]):
        raise RowRejected("code must be 1 to 32 letters, digits, - or _")
    if cells["kind"] not in KINDS:
        raise RowRejected(f'kind "{cells["kind"]}" is unknown; use one of {", ".join(sorted(KINDS))}')
    if cells["phone"] and not _PHONE.fullmatch(cells["phone"]):
        raise RowRejected(f'phone "{cells["phone"]}" is not a phone number')
    lat, lon = _number(cells, "lat", _LAT), _number(cells, "lon", _LON)
    if (lat is None) != (lon is None):
        raise RowRejected("lat and lon must both be given or both be empty")
    hours = _openings("hours", cells["hours"])
    offers, extra = _services(cells["services"], hours)
    return FacilityRow(
        code=cells["code"], name_fr=cells["name_fr"], name_ar=cells["name_ar"], kind=cells["kind"],
        commune=_commune(cells["commune"], places), address_fr=cells["address_fr"], address_ar=cells["address_ar"],
        phone=cells["phone"] or None, lat=lat, lon=lon, hours=hours, offers=offers, extra=extra,
        open_all_day=_flag(cells, "open_all_day", False), active=_flag(cells, "active", True),
    )  # fmt: skip


def _clean(column: str, text: str) -> str:
    # Control and direction characters would reorder what stands around the name.
    kept = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in ("Cc", "Cf"))
    kept = " ".join(kept.split())
    if len(kept) > _LONGEST.get(column, 2000):
        raise RowRejected(f"{column} is longer than {_LONGEST.get(column, 2000)} characters")
    return kept


def _number(cells: Mapping[str, str], column: str, bounds: tuple[float, float]) -> float | None:
    text = cells[column].replace(",", ".")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise RowRejected(f'{column} "{cells[column]}" is not a number') from None
    if not bounds[0] <= value <= bounds[1]:  # also refuses nan
        raise RowRejected(f"{column} {cells[column]} lies outside the country ({bounds[0]} to {bounds[1]})")
    return value


def _flag(cells: Mapping[str, str], column: str, default: bool) -> bool:
    text = cells[column].lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text:
        raise RowRejected(f'{column} "{cells[column]}" is neither yes nor no')
    return default


def _commune(text: str, places: Places) -> str:
    place = places.place(text)
    if place is not None:
        return place.code
    found = {place.code: place for place in places.named(text)}
    if len(found) == 1:
        return next(iter(found))
    if found:
        which = "; ".join(f"{code} ({place.province_fr})" for code, place in sorted(found.items()))
        raise RowRejected(f'commune "{text}" is the name of several: give a code: {which}')
    near = places.search(text, limit=1)
    hint = f'; did you mean "{near[0].name_fr}" ({near[0].code})?' if near else ""
    raise RowRejected(f'commune "{text}" is unknown{hint}')


def _openings(column: str, text: str) -> tuple[Opening, ...]:
    found = []
    for group in filter(None, (part.strip() for part in text.split(";"))):
        days, _, ranges = group.partition(" ")
        if not ranges.strip():
            raise RowRejected(f'{column}: "{group}" has no hours (write for example "Mon-Fri 08:30-12:00")')
        for weekday in _weekdays(column, days):
            found += [Opening(weekday, *_range(column, part)) for part in ranges.split()]
    found.sort(key=lambda opening: (opening.weekday, opening.opens))
    for one, other in pairwise(found):
        if one.weekday == other.weekday and other.opens < one.closes:
            raise RowRejected(f"{column}: two openings of one day overlap at {other.opens:%H:%M}")
    return tuple(found)


def _weekdays(column: str, text: str) -> list[int]:
    days: list[int] = []
    for part in text.lower().split(","):
        first, _, last = part.partition("-")
        numbers = [_DAYS.get(name.rstrip(".")[:3]) for name in (first, last or first)]
        if None in numbers:
            raise RowRejected(f'{column}: "{part}" is not a day (Mon, Tue, … or lun, mar, …)')
        start, end = (number or 0 for number in numbers)
        if end < start:
            raise RowRejected(f'{column}: "{part}" runs backwards; the week begins on Monday')
        days += range(start, end + 1)
    return days


def _range(column: str, text: str) -> tuple[time, time]:
    match = _RANGE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        hours = [int(part) for part in match.groups()]
        opens, closes = time(hours[0], hours[1]), time(hours[2], hours[3])
    except ValueError:
        raise RowRejected(f'{column}: "{text}" is not a range such as 08:30-12:00') from None
    if closes <= opens:
        raise RowRejected(f'{column}: "{text}" ends before it begins')
    return opens, closes


def _services(text: str, hours: tuple[Opening, ...]) -> tuple[tuple[Offer, ...], tuple[str, ...]]:
    offers: dict[str, Offer] = {}
    extra: list[str] = []
    for part in filter(None, (part.strip() for part in text.split("|"))):
        what, _, when = part.partition("@")
        service, _, pace = what.strip().partition(" ")
        if service not in MINUTES:
            raise RowRejected(f'services: "{service}" is unknown; use one of {", ".join(sorted(MINUTES))}')
        if service in offers or service in extra:
            raise RowRejected(f'services: "{service}" stands twice')
        if not pace:
            extra.append(service)
            continue
        match = _PACE.fullmatch(pace.strip())
        if match is None or not (5 <= int(match[1]) <= 240 and 1 <= int(match[2]) <= 100):
            raise RowRejected(f'services: "{pace.strip()}" is not minutes x seats such as 20x2 (5-240 x 1-100)')
        openings = _openings("services", when) if when else hours
        if not openings:
            raise RowRejected(f'services: "{service}" has no hours, and neither has the facility')
        offers[service] = Offer(service, int(match[1]), int(match[2]), openings)
    return tuple(offers.values()), tuple(extra)
