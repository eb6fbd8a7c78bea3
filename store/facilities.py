"""Facilities in and out of files: a CSV is taken as a whole or not at all, and every bad row is named by its line.

Columns: see ``HEADER``; the first five must be filled. ``facility_rows`` describes the cells. A facility that is known
by its code is replaced together with its hours and agenda; its bookings stay.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from store import audit, directory, services
from store.facility_rows import HEADER, REQUIRED, FacilityRow, RowRejected, parse
from store.models import Agenda, Facility, FacilityHours
from store.places import Places

__all__ = ["HEADER", "ImportRefused", "Imported", "RowError", "import_csv", "template", "write"]

_MOST_BYTES = 20_000_000
_MOST_ROWS = 20_000
_BATCH = 5_000
_EXAMPLE = {
    "code": "SALE-HAY-SALAM",
    "name_fr": "Centre de santé Hay Salam",
    "name_ar": "المركز الصحي حي السلام",
    "kind": "CSU1",
    "commune": "04.441.01.0",
    "address_fr": "Avenue …, Salé",
    "address_ar": "شارع …، سلا",
    "phone": "",
    "lat": "34.03",
    "lon": "-6.80",
    "hours": "Mon-Fri 08:30-12:00 13:00-16:30; Sat 08:30-12:00",
    "services": "generalist 20x2 | vaccination 10x3 @ Tue,Thu 08:30-12:00 | nutrition",
    "open_all_day": "no",
    "active": "yes",
}


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong, and in which line of the file (the header is line 1)."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Imported:
    """How many facilities were new and how many were replaced."""

    created: int
    updated: int


class ImportRefused(Exception):
    """Nothing was imported; ``errors`` say why, in the order of the lines."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__("; ".join(f"line {error.line}: {error.message}" for error in errors[:3]))
        self.errors = tuple(errors)


def template() -> str:
    """A CSV with the header and one example row, to fill in."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, lineterminator="\r\n")
    writer.writeheader()
    writer.writerow(_EXAMPLE)
    return out.getvalue()


def import_csv(session: Session, data: bytes, now: datetime, *, places: Places, actor: str = "system") -> Imported:
    """Take the facilities of a CSV file (UTF-8, with , or ;); ImportRefused when anything in it is wrong."""
    rows = _read(_decode(data), places)
    done = write(session, rows, now, is_demo=False)
    audit.record(session, actor, "facility.import", "facility", None, now, created=done.created, updated=done.updated)
    return done


def _decode(data: bytes) -> str:
    if len(data) > _MOST_BYTES:
        raise ImportRefused([RowError(1, f"the file is larger than {_MOST_BYTES // 1_000_000} MB")])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ImportRefused([RowError(1, "the file is UTF-16, not UTF-8; save it as “CSV UTF-8”")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ImportRefused(
            [RowError(line, f"the file is not UTF-8 (it looks like {_guess(data)}); save it as “CSV UTF-8”")]
        ) from None
    if "\0" in text:
        raise ImportRefused([RowError(text[: text.index("\0")].count("\n") + 1, "the file has null bytes")])
    return text


def _guess(data: bytes) -> str:
    # The accents of French have the same bytes in both; only Windows-1256 has Arabic words.
    is_arabic = re.search("[\u0620-\u064a]{3}", data.decode("cp1256", "replace"))
    return "Windows-1256, Arabic" if is_arabic else "Windows-1252, Western European"


def _read(text: str, places: Places) -> list[FacilityRow]:
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    rows: list[FacilityRow] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    line = 1
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _check_header(header)
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                try:
                    row = _row(header, cells, places)
                    if row.code in seen:
                        raise RowRejected(f'code "{row.code}" stands in line {seen[row.code]} already')
                    seen[row.code] = line
                    rows.append(row)
                except RowRejected as error:
                    errors.append(RowError(line, str(error)))
            line = reader.line_num + 1
            if len(rows) + len(errors) > _MOST_ROWS:
                raise ImportRefused([RowError(line, f"more than {_MOST_ROWS} rows; split the file")])
    except csv.Error as error:
        errors.append(RowError(line, f"the row cannot be read: {error}"))
    if not rows and not errors:
        errors.append(RowError(line, "the file has no facilities"))
    if errors:
        raise ImportRefused(errors)
    return rows


def _check_header(header: Sequence[str]) -> None:
    missing = [column for column in REQUIRED if column not in header]
    unknown = [column for column in header if column not in HEADER]
    doubled = sorted({column for column in header if header.count(column) > 1})
    for columns, what in ((missing, "is missing"), (unknown, "is unknown"), (doubled, "stands twice")):
        if columns:
            names = ", ".join(f'"{name[:40]}"' for name in columns[:5])
            raise ImportRefused([RowError(1, f"column {names} {what}; the columns are {', '.join(HEADER)}")])


def _row(header: Sequence[str], cells: Sequence[str], places: Places) -> FacilityRow:
    if len(cells) != len(header):
        raise RowRejected(f"{len(cells)} cells instead of {len(header)}")
    return parse(dict(zip(header, cells, strict=True)), places)


def write(session: Session, rows: Sequence[FacilityRow], now: datetime, *, is_demo: bool) -> Imported:
    """Create or replace facilities with their hours and agenda, and tell all processes."""
    services.ensure(session)
    known = {facility.id: facility for facility in session.scalars(select(Facility))}
    codes = [row.code for row in rows]
    for start in range(0, len(codes), 500):
        for table in (FacilityHours, Agenda):
            session.execute(delete(table).where(table.facility_id.in_(codes[start : start + 500])))
    for row in rows:
        facility = known.get(row.code)
        if facility is None:
            facility = Facility(id=row.code)
            session.add(facility)
        facility.name_fr, facility.name_ar, facility.kind, facility.commune = (
            row.name_fr, row.name_ar, row.kind, row.commune,
        )  # fmt: skip
        facility.address_fr, facility.address_ar, facility.phone = row.address_fr, row.address_ar, row.phone
        facility.lat, facility.lon, facility.open_all_day = row.lat, row.lon, row.open_all_day
        facility.is_demo, facility.active, facility.extra_services = is_demo, row.active, list(row.extra)
        facility.updated_at = now
    session.flush()
    _insert(
        session, FacilityHours,
        [
            {"facility_id": row.code, "weekday": o.weekday, "opens": o.opens, "closes": o.closes}
            for row in rows for o in row.hours
        ],
    )  # fmt: skip
    _insert(
        session, Agenda,
        [
            {
                "facility_id": row.code, "service": offer.service, "weekday": o.weekday, "opens": o.opens,
                "closes": o.closes, "slot_minutes": offer.minutes, "seats": offer.seats,
            }
            for row in rows for offer in row.offers for o in offer.openings
        ],
    )  # fmt: skip
    directory.bump(session)
    created = sum(1 for code in codes if code not in known)
    return Imported(created, len(codes) - created)


def _insert(session: Session, table: type[FacilityHours] | type[Agenda], values: list[dict[str, object]]) -> None:
    for start in range(0, len(values), _BATCH):
        session.execute(insert(table), values[start : start + _BATCH])
