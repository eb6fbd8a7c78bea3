"""How long a child's vaccine forecast takes, and the plan of all coming visits; no disk, no model.

Prints one JSON object: milliseconds (p50, p99) over children of every kind, from a newborn to one who is all behind.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date, timedelta

from dialogues.calculators.vaccine_files import calendars
from dialogues.calculators.vaccine_history import Given
from dialogues.calculators.vaccine_plan import plan
from dialogues.calculators.vaccine_schedule import forecast

ROUNDS = 100
BIRTH = date(2024, 1, 31)
AGES = (0, 20, 61, 130, 300, 600, 2000, 4200)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def children() -> list[tuple[date, list[Given]]]:
    """Days to look at, with every dose given by then on its day, and with none."""
    calendar = calendars()[0]
    found = []
    for age in AGES:
        on = BIRTH + timedelta(age)
        doses = [dose for dose in calendar.doses_for("f") if dose.age.after(BIRTH) <= on]
        found.append((on, [Given(dose.antigen, dose.number, dose.age.after(BIRTH)) for dose in doses]))
        found.append((on, []))
    return found


def measured(work: Callable[..., object], rounds: int) -> list[float]:
    calendar, took = calendars()[0], []
    for _ in range(rounds):
        for on, given in children():
            began = time.perf_counter()
            work(calendar, BIRTH, "f", given, on)
            took.append((time.perf_counter() - began) * 1000)
    return took


def main() -> None:
    forecasts, plans = measured(forecast, ROUNDS), measured(plan, ROUNDS // 10)
    print(
        json.dumps(
            {
                "bench": "vaccine forecast of one child",
                "forecasts": len(forecasts),
                "p50_ms": round(percentile(forecasts, 0.5), 3),
                "p99_ms": round(percentile(forecasts, 0.99), 3),
                "plan_p50_ms": round(percentile(plans, 0.5), 3),
                "plan_p99_ms": round(percentile(plans, 0.99), 3),
                "goal_p50_ms": 0.5,
            }
        )
    )


if __name__ == "__main__":
    main()
