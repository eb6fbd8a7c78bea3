"""Which atoms belong to one moment: a day, its hour and its part, across the sentence; alternatives stay apart."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nlu.when.atoms import Atom, Clock, Day
from nlu.when.corrections import is_refused, takes_back
from nlu.when.line import Line

# A part of the day further than this from the hour is about something else.
_REACH = 4
TAKEN_BACK = 10.0


@dataclass(slots=True)
class Cluster:
    """What belongs to one moment, in words ``i`` to ``j``; the higher the penalty, the less it is meant."""

    i: int
    j: int
    day: Day | None = None
    clock: Clock | None = None
    part: str | None = None
    range: Atom | None = None
    # "tonight", "ce soir": today unless another day is said.
    today: bool = False
    # The day is "today" in so many words.
    is_today: bool = False
    past: bool = False
    penalty: float = 0.0
    # Index after the last hour or part, to see how far the next one stands.
    said: int = 0
    kinds: set[str] = field(default_factory=set)

    @property
    def dated(self) -> bool:
        """Whether a day or a stretch of days is part of it."""
        return self.day is not None or self.range is not None

    def demote(self, penalty: float) -> None:
        """Put it at least that far down."""
        self.penalty = max(self.penalty, penalty)


def between(line: Line, i: int, j: int, sense: str) -> bool:
    """Whether a word of ``sense`` stands in words ``i`` up to ``j``."""
    return any(line.has(k, sense) for k in range(i, j))


def clusters_of(line: Line, atoms: list[Atom], today: date, moving: bool) -> list[Cluster]:
    """The clusters of a line in order; spans and births stand alone and are left out."""
    clusters: list[Cluster] = []
    current: Cluster | None = None
    refused: Cluster | None = None
    last_end = 0
    for atom in atoms:
        if atom.kind == "value" or atom.value.get("birth"):
            continue
        start, last_end = last_end, atom.j
        if is_refused(line, atom.i):
            refused = _started(atom, today)
            refused.penalty = TAKEN_BACK
            clusters.append(refused)
            continue
        if refused is not None and _continues(line, refused, atom):
            _add(refused, atom, today)
            continue
        refused = None
        back = current is not None and takes_back(line, start, atom.i)
        apart = back or between(line, start, atom.i, "or")
        apart = apart or (moving and atom.kind in ("part", "clock") and atom.i - start > 1)
        if current is not None and _joins(current, atom, today, apart):
            _add(current, atom, today)
            continue
        fresh = _started(atom, today)
        if current is not None:
            if back:
                for cluster in clusters:
                    cluster.demote(TAKEN_BACK)
            _inherit(fresh, current, back)
        current = fresh
        clusters.append(current)
    _share(line, clusters)
    return clusters


def _continues(line: Line, refused: Cluster, atom: Atom) -> bool:
    """Whether an atom right behind a refused one belongs to it: "machi ghedda f sbah"."""
    other_kind = atom.kind != "day" and atom.kind not in refused.kinds
    return other_kind and line.joined(atom.i) and atom.i - refused.j <= 1


def _started(atom: Atom, today: date) -> Cluster:
    cluster = Cluster(atom.i, atom.j)
    _add(cluster, atom, today)
    return cluster


def _inherit(fresh: Cluster, before: Cluster, back: bool) -> None:
    """An hour without a day is of the day said before; a corrected day keeps the hour."""
    if not fresh.dated and not fresh.today:
        fresh.day, fresh.past, fresh.is_today, fresh.today = before.day, before.past, before.is_today, before.today
    elif back and fresh.clock is None and fresh.part is None:
        fresh.clock, fresh.part = before.clock, before.part


def _joins(cluster: Cluster, atom: Atom, today: date, apart: bool) -> bool:
    """Whether ``atom`` may be part of ``cluster``; ``apart`` when "or", a correction or a move stands between."""
    if atom.kind == "day":
        return atom.day is not None and not apart and _day_fits(cluster, atom.day, atom, today)
    if atom.kind == "range":
        return not apart and cluster.range is None and _range_fits(cluster, atom)
    if cluster.kinds & {"part", "clock"} and not 0 <= atom.i - cluster.said <= _REACH:
        return False
    if atom.kind == "clock":
        if cluster.clock is None:
            return not (apart and cluster.part is not None)
        return cluster.clock == atom.clock
    return _part_fits(cluster, atom, apart)


def _range_fits(cluster: Cluster, atom: Atom) -> bool:
    """A range joins a cluster without a day, or refines a plain weekday or number: "ltnin, simana jaya"."""
    day = cluster.day
    if day is None:
        return True
    if atom.week is not None and day.weekday is not None and day.week is None and not day.past:
        return atom.i - cluster.j <= 3
    return atom.month_shift is not None and _is_lone(day)


def _part_fits(cluster: Cluster, atom: Atom, apart: bool) -> bool:
    if cluster.part is not None:
        return cluster.part == atom.part
    if cluster.clock is not None and (apart or cluster.clock.part not in (None, atom.part)):
        return False
    if cluster.clock is not None and cluster.clock.hour in range(1, 7) and atom.part == "morning":
        # "بعد الرابعة لأنه يدرس صباحا": six in the morning is said in one breath.
        return atom.i - cluster.said <= 1
    if not atom.today or cluster.day is None or cluster.is_today:
        return True
    # "tonight" is of another day only right behind it: "ghedda f lila".
    return atom.part == "night" and atom.i - cluster.j <= 1


def _is_lone(day: Day) -> bool:
    return day.number is not None and day.month is None and day.month_shift is None


def _day_fits(cluster: Cluster, day: Day, atom: Atom, today: date) -> bool:
    if cluster.range is not None:
        if cluster.day is not None:
            return False
        if cluster.range.week is not None:
            return day.weekday is not None and day.week is None
        return _is_lone(day) and (cluster.range.month_shift is not None or cluster.range.month is not None)
    if cluster.day is None:
        return not (cluster.today and day.resolve(today) != today)
    said, new = cluster.day.resolve(today, cluster.past), day.resolve(today, atom.past)
    if said == new:
        return True
    plain = day.weekday is not None and day.week is None and not day.past
    if plain and said is not None and said.weekday() == day.weekday:
        # "ghedda, nhar lkhmis": the same day said twice.
        return True
    adjacent = atom.i - cluster.j <= 1 and cluster.clock is None
    return adjacent and cluster.day.weekday is not None and new is not None and new.weekday() == cluster.day.weekday


def _add(cluster: Cluster, atom: Atom, today: date) -> None:
    cluster.i, cluster.j = min(cluster.i, atom.i), max(cluster.j, atom.j)
    cluster.kinds.add(atom.kind)
    if atom.kind == "day" and atom.day is not None:
        _add_day(cluster, atom, atom.day, today)
    elif atom.kind == "range":
        _add_range(cluster, atom)
    elif atom.kind == "clock":
        cluster.clock, cluster.said = cluster.clock or atom.clock, atom.j
    else:
        cluster.part, cluster.said = atom.part, atom.j
        cluster.today = cluster.today or atom.today


def _add_day(cluster: Cluster, atom: Atom, day: Day, today: date) -> None:
    """A day inside the range said before ("simana jaya, nhar tnin"), or the day itself; a date outdoes a weekday."""
    if cluster.range is not None and cluster.range.span is not None:
        first = cluster.range.span[0]
        if cluster.range.week is not None:
            day = day.in_week(cluster.range.week)
        else:
            months = (first.year - today.year) * 12 + first.month - today.month
            day = Day(number=day.number, month_shift=months)
    if cluster.day is None or (cluster.day.weekday is not None and day.weekday is None):
        cluster.day, cluster.past = day, atom.past
    cluster.is_today = cluster.is_today or atom.value.get("shift") == 0


def _add_range(cluster: Cluster, atom: Atom) -> None:
    if cluster.day is not None and atom.week is not None:
        cluster.day = cluster.day.in_week(atom.week)
    elif cluster.day is not None and atom.month_shift is not None:
        cluster.day = Day(number=cluster.day.number, month_shift=atom.month_shift)
    else:
        cluster.range = atom


def _share(line: Line, clusters: list[Cluster]) -> None:
    """The hour of "lundi ou mardi à 10h" is said for both days."""
    for before, after in itertools.pairwise(clusters):
        if before.day is None or after.day is None or before.day == after.day:
            continue
        alone = before.clock is None and before.part is None
        if alone and between(line, before.j, after.i, "or"):
            before.clock, before.part = after.clock, after.part


def values_of(cluster: Cluster, today: date) -> list[dict[str, Any]]:
    """What a cluster means, in the form of the contract; nothing when its day does not exist."""
    values: list[dict[str, Any]] = []
    day = today if cluster.today else None
    if cluster.day is not None:
        day = cluster.day.resolve(today, cluster.past)
        if day is None:
            return []
    elif cluster.range is not None and cluster.range.span:
        first, last = cluster.range.span
        values.append({"kind": "range", "from": first.isoformat(), "to": last.isoformat()})
        day = None
    dated = {"date": day.isoformat()} if day else {}
    if cluster.clock is not None:
        time = cluster.clock.time(cluster.part)
        values.append({"kind": "datetime" if day else "time", **dated, "time": time})
    elif cluster.part is not None:
        values.append({"kind": "part", "part": cluster.part, **dated})
    elif day is not None:
        values.append({"kind": "date", **dated})
    return values
