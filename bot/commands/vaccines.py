"""`labas vaccines`: every dose of a child, as one JSON object or as a table; needs no database and no model."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime

from dialogues.calculators.vaccine_calendar import Calendar
from dialogues.calculators.vaccine_files import calendar_for
from dialogues.calculators.vaccine_history import Given, HistoryError, named_dose
from dialogues.calculators.vaccine_schedule import DoseRow, Forecast, Visit, forecast

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STATES = {
    "given": "given",
    "invalid": "given, does not count",
    "due": "due now",
    "overdue": "overdue",
    "upcoming": "later",
    "too_late": "too late",
    "not_needed": "not needed",
}


class _InputError(ValueError):
    """The command line holds something that cannot be; the sentence says what."""


def run(birth: str | None, sex: str | None, given: Sequence[str], on: str | None, *, as_json: bool) -> int:
    """Print the child's calendar as seen on a day; exit code 2 and a sentence for what cannot be."""
    try:
        found = _read(birth, sex, given, on)
    except (_InputError, HistoryError) as error:
        print(f"labas: {error}", file=sys.stderr)
        return 2
    print(json.dumps(_object(found), ensure_ascii=False) if as_json else _table(found))
    return 0


def _read(birth: str | None, sex: str | None, given: Sequence[str], on: str | None) -> Forecast:
    today = _date("--on", on) if on is not None else _today()
    if birth is None:
        raise _InputError("--birth is missing: the child's birth date, for example --birth 2026-03-15")
    if sex is None:
        raise _InputError("--sex is missing: f or m")
    born = _date("--birth", birth)
    calendar = calendar_for(born)
    return forecast(calendar, born, sex, [_dose(calendar, one) for one in given], today)


def _dose(calendar: Calendar, text: str) -> Given:
    name, at, day = text.partition("@")
    if not at:
        raise _InputError(f"--given {text[:40]!r} is no dose with its date, for example PENTA-1@2026-05-15")
    return Given(*named_dose(calendar, name), _date("--given", day))


def _date(option: str, text: str) -> date:
    if not _DATE.fullmatch(text):
        raise _InputError(f"{option}: {text[:40]!r} is no date in the form YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _InputError(f"{option}: there is no day {text}") from error


def _today() -> date:
    from store.clock import local

    return local(datetime.now(UTC)).date()


def _object(found: Forecast) -> dict[str, object]:
    return {
        "calendar": found.calendar,
        "on": found.on.isoformat(),
        "doses": [_row(row) for row in found.doses],
        "next_visit": _visit(found.next_visit) if found.next_visit else None,
    }


def _row(row: DoseRow) -> dict[str, str | None]:
    return {
        "dose": row.dose,
        "state": row.state,
        "earliest": row.earliest.isoformat(),
        "due": row.due.isoformat(),
        "latest": row.latest.isoformat() if row.latest else None,
        "given": row.given.isoformat() if row.given else None,
        "visit": row.visit,
        "rule": row.rule,
        "review": row.review,
    }


def _visit(visit: Visit) -> dict[str, object]:
    return {"date": visit.date.isoformat(), "doses": list(visit.doses)}


def _table(found: Forecast) -> str:
    """One line a dose; the rule is told where something has to be looked at."""
    lines = [("dose", "state", "from", "planned", "until", "given", "")]
    for row in found.doses:
        told = [row.rule] if row.state == "invalid" or row.review == "pending" else []
        if row.review == "pending":
            told.append("(to be confirmed by a health worker)")
        to_give = row.given is None and row.state not in ("too_late", "not_needed")
        lines.append(
            (
                row.dose,
                _STATES[row.state],
                str(row.earliest) if to_give else "",
                str(row.due) if to_give else "",
                str(row.latest or "") if to_give else "",
                str(row.given or ""),
                " ".join(told),
            )
        )
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    if found.next_visit is None:
        shown.append("Next visit: none, nothing is left to give.")
    else:
        shown.append(f"Next visit: {found.next_visit.date}, {', '.join(found.next_visit.doses)}")
    return "\n".join([f"Calendar {found.calendar}, seen on {found.on}", *shown])
