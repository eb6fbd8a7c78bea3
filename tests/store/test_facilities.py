"""Importing facilities: all or nothing, each bad row by its line, in the encodings that people really have."""

from __future__ import annotations

import csv
import io
from datetime import time

import pytest
from sqlalchemy import func, select

from store import facilities
from store.database import Store
from store.facilities import HEADER, ImportRefused
from store.models import Agenda, Audit, Booking, Facility, FacilityHours
from tests.store.test_bookings import book
from tests.store.world import MORNING, NOW, meet

GOOD = {
    "code": "SALE-1", "name_fr": "Centre de santé Hay Salam", "name_ar": "المركز الصحي حي السلام", "kind": "CSU1",
    "commune": "Salé", "address_fr": "Avenue 1", "address_ar": "شارع 1", "phone": "05 37 00 00 00", "lat": "34.03",
    "lon": "-6.80", "hours": "Mon-Fri 08:30-12:00 13:00-16:30; Sat 08:30-12:00",
    "services": "generalist 30x2 | vaccination 10x3 @ Tue,Thu 08:30-12:00 | nutrition",
    "open_all_day": "", "active": "",
}  # fmt: skip


def table(*rows: dict[str, str], delimiter: str = ",", header: tuple[str, ...] = HEADER) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, delimiter=delimiter, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def load(store: Store, data: bytes | str) -> facilities.Imported:
    with store.write() as session:
        content = data.encode() if isinstance(data, str) else data
        return facilities.import_csv(session, content, NOW, places=store.places)


def complaints(store: Store, data: bytes | str) -> list[tuple[int, str]]:
    with pytest.raises(ImportRefused) as caught:
        load(store, data)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Facility)) == 0
    return [(error.line, error.message) for error in caught.value.errors]


@pytest.mark.parametrize(
    "data",
    [
        table(GOOD).encode(),
        table(GOOD).encode("utf-8-sig"),
        table(GOOD, delimiter=";").encode(),
        table(GOOD, delimiter="\t").encode(),
        table(GOOD).replace("\n", "\r\n").encode(),
        ("\ufeff" + table(GOOD, delimiter=";") + ";;;;;;;;;;;;;\n\n").encode(),
        table(GOOD, header=tuple(reversed(HEADER))).encode(),
    ],
)
def test_takes_what_spreadsheets_write(store: Store, data: bytes) -> None:
    assert load(store, data) == facilities.Imported(created=1, updated=0)
    with store.read() as session:
        facts = store.facts(session, "nobody", NOW)
        found = facts.facility("SALE-1")
        assert found is not None
        assert (found.name_fr, found.name_ar) == (GOOD["name_fr"], GOOD["name_ar"])
        assert (found.commune, found.commune_fr, found.commune_ar) == ("04.441.01.0", "Salé", "سلا")
        assert (found.lat, found.lon, found.phone) == (34.03, -6.80, "05 37 00 00 00")
        assert found.services == {"generalist", "vaccination", "nutrition"}
        assert not found.is_demo
        assert len(found.hours) == 11
        assert (found.hours[-1].weekday, found.hours[-1].opens, found.hours[-1].closes) == (5, time(8, 30), time(12))
        agenda = session.execute(select(Agenda.service, func.count()).group_by(Agenda.service)).all()
        assert sorted(tuple(row) for row in agenda) == [("generalist", 11), ("vaccination", 2)]
        assert [service.code for service in facts.services()] == ["generalist", "vaccination", "nutrition"]


def test_template_can_be_imported(store: Store) -> None:
    assert load(store, facilities.template()).created == 1


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"code": ""}, "code is empty"),
        ({"code": "a b"}, "code must be"),
        ({"code": "مركز"}, "code must be"),
        ({"code": "x" * 33}, "code must be"),
        ({"name_fr": "   "}, "name_fr is empty"),
        ({"name_ar": "\u200f\u202e"}, "name_ar is empty"),
        ({"name_fr": "x" * 201}, "longer than 200"),
        ({"kind": "CLINIC"}, 'kind "CLINIC" is unknown'),
        ({"commune": "Atlantis"}, 'commune "Atlantis" is unknown'),
        ({"commune": "Rabatt"}, 'did you mean "Rabat" (04.421.01.0)'),
        ({"commune": "Ajdir"}, "is the name of several: give a code: 01.051"),
        ({"commune": "99.999.01.0"}, "is unknown"),
        ({"phone": "call me"}, "is not a phone number"),
        ({"lat": "north"}, "is not a number"),
        ({"lat": "nan"}, "outside the country"),
        ({"lat": "-6.80", "lon": "34.03"}, "outside the country"),
        ({"lat": ""}, "both"),
        ({"hours": "Mon-Fri"}, "has no hours"),
        ({"hours": "Someday 08:30-12:00"}, "is not a day"),
        ({"hours": "Fri-Mon 08:30-12:00"}, "runs backwards"),
        ({"hours": "Mon 08:30"}, "is not a range"),
        ({"hours": "Mon 25:00-26:00"}, "is not a range"),
        ({"hours": "Mon 12:00-08:30"}, "ends before it begins"),
        ({"hours": "Mon 08:30-12:00 11:00-13:00"}, "overlap at 11:00"),
        ({"services": "surgery 20x1"}, '"surgery" is unknown'),
        ({"services": "generalist 20"}, "is not minutes x seats"),
        ({"services": "generalist 1x1"}, "is not minutes x seats"),
        ({"services": "generalist 20x0"}, "is not minutes x seats"),
        ({"services": "generalist 20x1 | generalist"}, "stands twice"),
        ({"services": "generalist 20x1", "hours": ""}, "has no hours"),
        ({"services": "generalist 20x1 @ Mon noon"}, "is not a range"),
        ({"open_all_day": "maybe"}, "neither yes nor no"),
    ],
)
def test_bad_cell_is_named_with_its_line(embedded: Store, changes: dict[str, str], complaint: str) -> None:
    [(line, message)] = complaints(embedded, table(GOOD, GOOD | {"code": "OTHER"} | changes))
    assert line == 3
    assert complaint in message


def test_all_bad_rows_at_once_and_nothing_half_imported(store: Store) -> None:
    rows = [GOOD | {"code": f"C{number}"} | ({"kind": "X"} if number % 3 == 0 else {}) for number in range(10)]
    assert [line for line, _ in complaints(store, table(*rows))] == [2, 5, 8, 11]


def test_line_numbers_count_cells_of_several_lines(store: Store) -> None:
    rows = [GOOD | {"address_fr": "Avenue 1\nÉtage 2"}, GOOD | {"code": "B", "kind": "X"}, GOOD]
    assert [line for line, _ in complaints(store, table(*rows))] == [4, 5]


@pytest.mark.parametrize(
    ("data", "line", "complaint"),
    [
        (table(GOOD).encode("utf-16"), 1, "UTF-16"),
        (table(GOOD).encode("cp1256"), 2, "Windows-1256"),
        (table(GOOD | {"name_ar": "x", "address_ar": "é"}).encode("cp1252"), 2, "Windows-1252"),
        (b"", 1, 'column "code"'),
        (b"\xff\xfe", 1, "UTF-16"),
        (table(GOOD).replace("Hay", "Hay\0").encode(), 2, "null bytes"),
        (b"code,name_fr\nA,B\n", 1, '"name_ar", "kind", "commune" is missing'),
        (table(GOOD).replace("address_fr", "adress").encode(), 1, '"adress" is unknown'),
        (table(GOOD).replace("address_fr", "code").encode(), 1, '"code" stands twice'),
        (table().encode(), 2, "no facilities"),
        (table(GOOD).encode() + b"A,B\n", 3, "2 cells instead of 14"),
        (table(GOOD).encode() + b'"A,B\n', 3, "cannot be read"),
        (table(GOOD, GOOD).encode(), 3, "stands in line 2 already"),
        (b"x" * 20_000_001, 1, "larger than 20 MB"),
        (bytes(range(256)), 2, "not UTF-8"),
    ],
)
def test_files_that_cannot_be_read(embedded: Store, data: bytes, line: int, complaint: str) -> None:
    found = complaints(embedded, data)
    assert found[0][0] == line
    assert complaint in found[0][1]


def test_second_import_replaces_and_keeps_bookings(store: Store) -> None:
    load(store, table(GOOD, GOOD | {"code": "OTHER"}))
    whom = meet(store)
    booking = book(store, whom, MORNING, facility="SALE-1")
    changed = GOOD | {"name_fr": "Nouveau nom", "services": "dentistry 30x1", "hours": "lun-ven 9h00-10h00"}
    assert load(store, table(changed, GOOD | {"code": "NEW"})) == facilities.Imported(created=1, updated=1)
    with store.read() as session:
        assert session.get_one(Booking, booking).state == "booked"
        facts = store.facts(session, whom.person_id, NOW)
        assert facts.facility("SALE-1").name_fr == "Nouveau nom"
        assert facts.facility("SALE-1").services == {"dentistry"}
        assert {fact.id for fact in facts.facilities(limit=9)} == {"SALE-1", "OTHER", "NEW"}
        hours = select(func.count()).select_from(FacilityHours).where(FacilityHours.facility_id == "SALE-1")
        assert session.scalar(hours) == 5
        details = session.scalars(
            select(Audit.detail).where(Audit.action == "facility.import").order_by(Audit.id)
        ).all()
    assert details == [{"created": 2, "updated": 0}, {"created": 1, "updated": 1}]


def test_inactive_facility_is_not_offered(store: Store) -> None:
    load(store, table(GOOD))
    load(store, table(GOOD | {"active": "non"}))
    with store.read() as session:
        assert store.facts(session, "nobody", NOW).facility("SALE-1") is None


def test_a_few_hundred_facilities(store: Store) -> None:
    rows = [GOOD | {"code": f"C{number}", "name_fr": f"Centre {number}"} for number in range(600)]
    assert load(store, table(*rows)).created == 600
    with store.read() as session:
        assert len(store.facts(session, "nobody", NOW).facilities(service="vaccination", limit=5000)) == 600
