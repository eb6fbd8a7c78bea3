"""Facilities by place, distance and name; and copies in memory that notice changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from store import demo, holidays
from store.database import Session, Store
from store.directory import bump
from store.facts import StoreFacts
from store.models import Agenda, Facility
from tests.store.test_bookings import book
from tests.store.world import MORNING, NOW, TODAY, meet

SALE, AL_HOCEIMA = "04.441.01.0", "01.051.01.01"
COMMON = "generalist pediatrics gynecology dentistry vaccination prenatal ophthalmology cardiology".split()


@pytest.fixture
def town(store: Store) -> Store:
    with store.write() as session:
        demo.load(session, store.places, NOW)
        holidays.load(session)
    return store


@pytest.fixture(scope="module")
def same_town(embedded: Store) -> Store:
    """For questions that only read, and are answered from memory."""
    with embedded.write() as session:
        demo.load(session, embedded.places, NOW)
        holidays.load(session)
    return embedded


def facts(store: Store, session: Session) -> StoreFacts:
    return store.facts(session, "nobody", NOW)


def test_demo_is_marked_complete_and_loaded_once(town: Store) -> None:
    with town.write() as session:
        assert demo.load(session, town.places, NOW) == 0
    with town.read() as session:
        found = facts(town, session).facilities(limit=100)
        assert 30 <= len(found) <= 50
        for fact in found:
            assert "(démo)" in fact.name_fr
            assert "(تجريبي)" in fact.name_ar
            assert fact.is_demo
            assert fact.phone is None
            assert fact.id.startswith("DEMO-")
            assert town.places.place(fact.commune) is not None
        for region in range(1, 13):
            offered = {
                service for fact in found if fact.commune.startswith(f"{region:02d}.") for service in fact.services
            }
            assert set(COMMON) <= offered, region
        towns = {fact.commune_fr for fact in found}
        assert towns >= {
            "Rabat", "Casablanca", "Salé", "Fès", "Marrakech", "Tanger", "Agadir", "Oujda", "Meknès", "Tétouan",
            "Kénitra", "Béni Mellal", "Laâyoune", "Dakhla",
        }  # fmt: skip
        assert {fact.kind for fact in found} == {"CSU1", "CSU2", "CSR1", "CSR2", "CHP", "CHR", "CHU", "MA"}
        saturdays = select(func.count()).select_from(Agenda).where(Agenda.weekday == 5)
        assert session.scalar(saturdays) > 0


def test_every_common_service_can_be_booked_soon_in_every_region(town: Store) -> None:
    with town.read() as session:
        known = facts(town, session)
        everywhere = known.facilities(limit=100)
        for region in range(1, 13):
            for service in COMMON:
                offering = [
                    fact for fact in everywhere
                    if fact.commune.startswith(f"{region:02d}.") and service in fact.services
                ]  # fmt: skip
                assert any(known.free_days(fact.id, service, TODAY, days=14, limit=1) for fact in offering), (
                    region,
                    service,
                )


@pytest.mark.parametrize(
    ("commune", "service", "expected"),
    [
        (SALE, "pediatrics", ["DEMO-SALE-1", "DEMO-SALE-2"]),
        (SALE, "neurology", ["DEMO-RABAT-3"]),  # none in Salé, nor in its province: the region's
        (AL_HOCEIMA, "vaccination", ["DEMO-TETOUAN-1", "DEMO-TANGER-1"]),
        ("07.351.01.0", "midwife", ["DEMO-MARRAKECH-1", "DEMO-MARRAKECH-3"]),
        (SALE, "no-such-service", []),
        ("99.999.01.0", "vaccination", []),
    ],
)
def test_by_commune_then_province_then_region(
    same_town: Store, commune: str, service: str, expected: list[str]
) -> None:
    with same_town.read() as session:
        assert [fact.id for fact in facts(same_town, session).facilities(service=service, commune=commune)] == expected


def test_widening_stops_at_the_province_when_it_has_one(town: Store) -> None:
    with town.write() as session:
        session.get_one(Facility, "DEMO-OURIKA-1").commune = "07.041.03.01"
        bump(session)
    with town.read() as session:
        found = facts(town, session).facilities(service="vaccination", commune="07.041.01.01")
        assert [fact.id for fact in found] == ["DEMO-OURIKA-1"]


def test_nearest_first(same_town: Store) -> None:
    with same_town.read() as session:
        found = facts(same_town, session).facilities(near=(34.02, -6.83), limit=3)
        assert [fact.id for fact in found] == ["DEMO-RABAT-1", "DEMO-SALE-2", "DEMO-RABAT-3"]
        assert found[0].distance_km == pytest.approx(2.9, abs=0.2)
        far = facts(same_town, session).facilities(near=(34.02, -6.83), commune="12.391.01.01", limit=1)
        assert far[0].id.startswith("DEMO-DAKHLA")
        assert far[0].distance_km == pytest.approx(1440, abs=60)
        only = facts(same_town, session).facilities(near=(34.02, -6.83), kinds=frozenset({"MA"}))
        assert [fact.id for fact in only] == ["DEMO-MARRAKECH-3"]


def test_without_position_it_cannot_be_near(town: Store) -> None:
    with town.write() as session:
        row = session.get_one(Facility, "DEMO-RABAT-1")
        row.lat = row.lon = None
        bump(session)
    with town.read() as session:
        found = facts(town, session).facilities(near=(34.02, -6.83), limit=100)
        assert "DEMO-RABAT-1" not in {fact.id for fact in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hay salam", "SALE-1"),
        ("Centre de santé Hay Salam", "SALE-1"),
        ("حي السلام", "SALE-1"),
        ("sbitar hay salam", "SALE-1"),
        ("centre de santé agdal", "RABAT-1"),
        ("المستشفى الجامعي بالرباط", "RABAT-3"),
        ("المستشفى الجامعي الرباط", "RABAT-3"),
        ("hopital sale", "SALE-2"),
        ("ain sebaa", "CASA-4"),
        ("3ain sba3", "CASA-4"),
        ("sebaa", "CASA-4"),
        ("hay mohammadi", "CASA-2 AGADIR-1"),
        ("guiliz", "MARRAKECH-1"),
        ("yacoub mansour", "RABAT-2"),
        ("yakoub el mansor", "RABAT-2"),
        ("ysf bn 3li", "MARRAKECH-3"),
        ("maternité sidi youssef", "MARRAKECH-3"),
        ("bir rami", "KENITRA-1"),
        ("hopital", ""),
        ("مستشفى", ""),
        ("mostachfa", ""),
        ("xyzzy", ""),
        ("", ""),
        ("😀", ""),
        ("a" * 100_000, ""),
    ],
)
def test_by_name_in_any_spelling(same_town: Store, text: str, expected: str) -> None:
    with same_town.read() as session:
        found = facts(same_town, session).facilities_named(text)
        assert [fact.id.removeprefix("DEMO-") for fact in found] == expected.split()


def test_change_in_one_process_is_seen_by_the_others(town: Store, open_again: Callable[[], Store]) -> None:
    other = open_again()
    with other.read() as session:
        assert facts(other, session).facility("DEMO-SALE-1") is not None
    with town.write() as session:
        session.get_one(Facility, "DEMO-SALE-1").active = False
        bump(session)
    with other.read() as session:
        assert facts(other, session).facility("DEMO-SALE-1") is None
        assert facts(other, session).facilities_named("hay salam") == []


def test_most_booked_services_first(town: Store) -> None:
    with town.read() as session:
        codes = [service.code for service in facts(town, session).services()]
        assert codes[:3] == ["generalist", "pediatrics", "vaccination"]
        assert {service.code: service.minutes for service in facts(town, session).services()}["dentistry"] == 30
    for number in range(2):
        book(town, meet(town, str(number)), MORNING, facility=f"DEMO-SALE-{number + 1}", service="dentistry")
    with town.read() as session:
        in_an_hour = town.facts(session, "nobody", NOW + timedelta(hours=1))
        assert in_an_hour.services()[0].code == "dentistry"
