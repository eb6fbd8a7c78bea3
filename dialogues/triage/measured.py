"""Ages, temperatures and lengths of time as a message tells them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dialogues.reading import Reading
from dialogues.triage.ranges import Range
from dialogues.triage.state import AGES
from dialogues.triage.words import says

# In days.
DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
# What began longer ago than this is told by its date for another reason.
_LONGEST = 730


def age_told(reading: Reading, found: Mapping[str, Any]) -> Range | None:
    """The age that the message tells: "3 ans" is from three years up to four. Of a pregnancy, months are no age."""
    row = next((r for r in reading.when if r.get("kind") == "age"), None)
    if row is None:
        return None
    if says(reading, "pregnant") or (found.get("pregnancy") == "pregnant" and "age_months" in row):
        return None
    for key, unit in (("age_years", "year"), ("age_months", "month"), ("age_days", "day")):
        if key in row:
            return age_range(float(row[key]), unit)
    return None


def age_range(value: float, unit: str) -> Range:
    """An age told in a unit, to the end of that unit."""
    step = DAYS[unit]
    low = float(int(value * step))
    return Range(low, low) if unit == "day" else Range(low, float(int((value + 1) * step)))


def is_possible(age: Range) -> bool:
    """Whether anybody is that old."""
    return age.low < AGES.high


def temperature_told(reading: Reading) -> float | None:
    """The temperature that the message names; the highest of several."""
    told = [float(e.value) for e in reading.all("temperature") if _is_number(e.value)]
    return max(told, default=None)


def _is_number(value: str) -> bool:
    return value.replace(".", "", 1).isdecimal()


def days_told(reading: Reading, today: date) -> float | None:
    """Since how many days it lasts, as far as the message tells; the longest of several."""
    told: list[float] = []
    for row in reading.when:
        if row.get("kind") == "duration":
            told.append(float(row["duration_days"]) if "duration_days" in row else float(row["duration_hours"]) / 24)
        elif "date" in row and row.get("kind") in ("date", "datetime", "part"):
            passed = (today - date.fromisoformat(str(row["date"]))).days
            if 0 <= passed <= _LONGEST:
                told.append(float(passed))
    return max(told, default=None)
