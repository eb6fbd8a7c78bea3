"""What holds for every child, whatever was given: checked against the rules written down a second time below."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dialogues.calculators.spans import add_months
from dialogues.calculators.vaccine_history import Given, named_dose
from dialogues.calculators.vaccine_plan import plan
from dialogues.calculators.vaccine_schedule import DoseRow, Forecast, forecast
from tests.dialogues.calculators.children import CALENDAR

# The contract's numbers, not read from the calendar file.
LEAST_DAYS = {"PENTA": 42, "ROTA": 42, "VPC": 42, "VPI": 98}
LEAST_MONTHS = {"RR": 9, "VPC-3": 9, "DTC": 12, "VPO-4": 18, "DTC-2": 48, "VPO-5": 48, "HPV": 108}
APART_DAYS = {"PENTA": 28, "VPO": 28, "ROTA": 28, "RR": 28, "VPC": 56}
APART_MONTHS = {"DTC-1": 6, "DTC-2": 24, "HPV-1": 5, "HPV-2": 5}
UNTIL_MONTHS = {"BCG": 12, "ROTA": 24, "PENTA": 60}
NUMBERS = {
    "HB": [0], "BCG": [1], "VPO": [0, 1, 2, 3, 4, 5], "PENTA": [1, 2, 3], "ROTA": [1, 2, 3], "VPC": [1, 2, 3],
    "VPI": [1], "RR": [1, 2], "DTC": [1, 2], "HPV": [1, 2],
}  # fmt: skip
VISITS = (0, 20, 61, 91, 122, 274, 365, 548, 1826, 4018)
TO_COME = ("upcoming", "due", "overdue")


class Child(NamedTuple):
    birth: date
    sex: str
    given: tuple[Given, ...]
    on: date

    @property
    def seen(self) -> Forecast:
        return forecast(CALENDAR, self.birth, self.sex, self.given, self.on)


def antigen_of(dose: str) -> str:
    return dose.partition("-")[0]


def least(dose: str, birth: date) -> date:
    """The least age of a dose, the one of its antigen included."""
    antigen, number = dose.split("-")
    days = 42 if antigen == "VPO" and number != "0" else LEAST_DAYS.get(antigen, 0)
    months = max(LEAST_MONTHS.get(antigen, 0), LEAST_MONTHS.get(dose, 0))
    return max(birth + timedelta(days), add_months(birth, months))


def apart(dose: str, before: date) -> date:
    """The first day on which a dose is far enough from one of its antigen."""
    return add_months(before, APART_MONTHS.get(dose, 0)) + timedelta(APART_DAYS.get(antigen_of(dose), 0))


def last_day(dose: str, birth: date) -> date | None:
    if dose in ("HB-0", "VPO-0"):
        return add_months(birth, 1) - timedelta(1)
    months = UNTIL_MONTHS.get(antigen_of(dose))
    return add_months(birth, months) if months else None


@st.composite
def children(draw: st.DrawFn) -> Child:
    birth = draw(
        st.dates(date(2013, 1, 1), date(2026, 12, 31)) | st.sampled_from([date(2024, 2, 29), date(2023, 8, 31)])
    )
    sex = draw(st.sampled_from("fm"))
    antigens = [name for name in NUMBERS if name != "HPV" or sex == "f"]
    told: dict[tuple[str, date], Given] = {}
    for _ in range(draw(st.integers(0, 14))):
        antigen = draw(st.sampled_from(antigens))
        number = draw(st.none() | st.sampled_from(NUMBERS[antigen]))
        visit = draw(st.sampled_from(VISITS))
        day = birth + timedelta(max(0, visit + draw(st.integers(-12, 40))))
        told.setdefault((antigen, day), Given(antigen, number, day))
    latest = max((one.day for one in told.values()), default=birth)
    on = latest + timedelta(draw(st.integers(0, 60) | st.integers(0, 4500)))
    return Child(birth, sex, tuple(told.values()), on)


quick = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def days_given(rows: tuple[DoseRow, ...], antigen: str) -> list[date]:
    return [row.given for row in rows if row.given and antigen_of(row.dose) == antigen]


def broken(row: DoseRow, rows: tuple[DoseRow, ...], birth: date) -> bool:
    """Whether a dose given breaks a rule of the contract, by what was given before it."""
    day, antigen = row.given, antigen_of(row.dose)
    assert day is not None
    upper = last_day(row.dose, birth)
    earlier = [d for d in days_given(rows, antigen) if d < day]
    same_day_lower = any(
        r.given == day and r.dose < row.dose and antigen_of(r.dose) == antigen for r in rows if r is not row
    )
    other_live = days_given(rows, {"BCG": "RR", "RR": "BCG"}[antigen]) if antigen in ("BCG", "RR") else []
    penta = [r.given for r in rows if r.dose == "PENTA-3" and r.given and r.given <= day] if row.dose == "DTC-1" else []
    return (
        day < least(row.dose, birth)
        or (upper is not None and day > upper)
        or (bool(earlier) and day < apart(row.dose, max(earlier)))
        or (same_day_lower and apart(row.dose, day) > day)
        or any(d < day < d + timedelta(28) for d in other_live)
        or any(day < add_months(d, 6) for d in penta)
    )


@quick
@given(children())
def test_a_dose_counts_if_and_only_if_no_rule_is_broken(child: Child) -> None:
    rows = child.seen.doses
    for row in rows:
        if row.given:
            assert (row.state == "invalid") == broken(row, rows, child.birth), row


@quick
@given(children())
def test_every_dose_told_is_shown_once_with_the_number_it_was_told_with(child: Child) -> None:
    shown = sorted((antigen_of(row.dose), row.given, row.dose) for row in child.seen.doses if row.given)
    told = sorted((one.antigen, one.day, one.number) for one in child.given)
    assert [one[:2] for one in shown] == [one[:2] for one in told]
    for one, (antigen, _, number) in zip(shown, told, strict=True):
        assert number is None or one[2] == f"{antigen}-{number}"


@quick
@given(children())
def test_a_dose_is_either_given_or_still_to_be_given(child: Child) -> None:
    rows = child.seen.doses
    for antigen, numbers in NUMBERS.items():
        if antigen == "HPV" and child.sex == "m":
            continue
        for number in numbers:
            own = [row for row in rows if row.dose == f"{antigen}-{number}"]
            counted = [row for row in own if row.state == "given"]
            waiting = [row for row in own if row.given is None]
            assert len(waiting) == (0 if counted else 1)


@quick
@given(children())
def test_states_and_dates_agree(child: Child) -> None:
    for row in child.seen.doses:
        assert row.earliest <= row.due
        assert row.latest == last_day(row.dose, child.birth)
        assert (row.given is not None) == (row.state in ("given", "invalid"))
        late = (child.on - row.due).days
        if row.state in TO_COME:
            assert row.state == ("upcoming" if late < 0 else "due" if late < 28 else "overdue")
            assert row.latest is None or max(child.on, row.earliest) <= row.latest
        elif row.given is None:
            assert row.latest is not None and row.latest < max(child.on, row.earliest)
            assert row.state == ("not_needed" if row.dose in ("HB-0", "VPO-0") else "too_late")


@quick
@given(children())
def test_what_is_to_come_keeps_ages_and_intervals(child: Child) -> None:
    rows = child.seen.doses
    for row in rows:
        if row.state not in TO_COME:
            continue
        antigen = antigen_of(row.dose)
        assert row.earliest >= least(row.dose, child.birth)
        for day in days_given(rows, antigen):
            assert row.earliest >= apart(row.dose, day)
        for day in days_given(rows, {"BCG": "RR", "RR": "BCG"}.get(antigen, "")):
            assert row.due >= day + timedelta(28) or row.due <= child.on == day or not day <= row.due


@quick
@given(children(), st.randoms())
def test_the_order_in_which_doses_are_told_does_not_matter(child: Child, random: st.randoms) -> None:  # type: ignore[valid-type]
    shuffled = list(child.given)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert child._replace(given=tuple(shuffled)).seen == child.seen


@quick
@given(children())
def test_told_again_with_the_numbers_it_found_it_finds_the_same(child: Child) -> None:
    first = child.seen
    assert child.seen == first
    told = tuple(Given(*named_dose(CALENDAR, row.dose), row.given) for row in first.doses if row.given)
    assert child._replace(given=told).seen == first


def visited(child: Child) -> tuple[Child, Forecast]:
    seen = child.seen
    assume(seen.next_visit is not None)
    assert seen.next_visit is not None
    day, names = seen.next_visit
    told = tuple(Given(*named_dose(CALENDAR, name), day) for name in names)
    return child._replace(given=child.given + told, on=day), seen


@quick
@given(children())
def test_what_the_next_visit_lists_counts_when_it_is_given_then(child: Child) -> None:
    after, seen = visited(child)
    assert seen.next_visit is not None
    assert seen.next_visit.date >= child.on
    rows = after.seen.doses
    for name in seen.next_visit.doses:
        assert [row.state for row in rows if row.dose == name and row.given == after.on] == ["given"]


@quick
@given(children())
def test_a_dose_more_never_brings_another_forward(child: Child) -> None:
    """Nothing that was to come may be given earlier than before, but for what it had to wait for."""
    after, seen = visited(child)
    before = {row.dose: row for row in seen.doses if row.given is None}
    for row in after.seen.doses:
        if row.given is None and row.state in TO_COME and row.dose != "HPV-2":
            assert row.earliest >= before[row.dose].earliest or row.dose.startswith("DTC")


@quick
@given(children(), st.integers(1, 400))
def test_waiting_changes_nothing_that_was_given_and_brings_nothing_forward(child: Child, days: int) -> None:
    now, later = child.seen, child._replace(on=child.on + timedelta(days)).seen
    assert [row for row in now.doses if row.given] == [row for row in later.doses if row.given]
    then = {row.dose: row for row in later.doses if row.given is None}
    for row in now.doses:
        if row.given is None and row.state in TO_COME and then[row.dose].state in TO_COME:
            alone = "dtc.without-penta-3" in (then[row.dose].rule, row.rule) or row.dose.startswith("DTC")
            assert then[row.dose].earliest >= row.earliest or alone
            assert then[row.dose].due >= row.due or alone


@quick
@given(children())
def test_earliest_is_the_first_day_on_which_a_dose_counts(child: Child) -> None:
    seen_antigens: set[str] = set()
    for row in child.seen.doses:
        antigen = antigen_of(row.dose)
        if row.given or row.state == "not_needed" or antigen in seen_antigens:
            continue
        seen_antigens.add(antigen)
        if row.state not in TO_COME or row.earliest <= child.on or row.dose == "DTC-1":
            continue
        for day, state in ((row.earliest, "given"), (row.earliest - timedelta(1), "invalid")):
            told = Given(*named_dose(CALENDAR, row.dose), day)
            if any(one.antigen == antigen and one.day == day for one in child.given):
                continue
            rows = child._replace(given=(*child.given, told), on=row.earliest).seen.doses
            assert [r.state for r in rows if r.dose == row.dose and r.given == day] == [state]


@settings(max_examples=40, deadline=None)
@given(children())
def test_following_the_plan_finishes_the_calendar_and_every_dose_of_it_counts(child: Child) -> None:
    visits = plan(CALENDAR, child.birth, child.sex, child.given, child.on)
    days = [visit.date for visit in visits]
    assert days == sorted(set(days))
    told = tuple(Given(*named_dose(CALENDAR, name), visit.date) for visit in visits for name in visit.doses)
    end = child._replace(given=child.given + told, on=days[-1] if days else child.on).seen
    assert end.next_visit is None
    assert all(row.state in ("given", "invalid", "too_late", "not_needed") for row in end.doses)
    assert [row for row in end.doses if row.state == "invalid"] == [
        row for row in child.seen.doses if row.state == "invalid"
    ]
