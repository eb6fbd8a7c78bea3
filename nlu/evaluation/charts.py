"""Charts as SVG text for the report's page: nothing to load, nothing to run, colours from the page's style sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from nlu.evaluation.figures import Bin

__all__ = ["Bar", "bars", "heat_map", "reliability"]

LABEL, WIDTH, ROW = 92, 340, 24
SIDE, EDGE = 240, 34
CELL, NAMES = 15, 168


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its share (0 to 1), which of the page's colours, and in words what it is a share of."""

    label: str
    share: float
    colour: str
    of: str


def bars(title: str, rows: Sequence[Bar], start: float = 0.0, wanted: Sequence[float] = ()) -> str:
    """Horizontal bars from ``start`` to 1, with a dashed line at each ``wanted`` share."""
    span, height = WIDTH - LABEL - 50, len(rows) * ROW + 18

    def across(value: float) -> float:
        return LABEL + span * max(0.0, value - start) / (1 - start)

    parts = [_open(WIDTH, height, title)]
    for value in wanted:
        at = f"{across(value):.1f}"
        parts.append(f'<line class="wanted" x1="{at}" x2="{at}" y1="0" y2="{height - 18}"/>')
        parts.append(f'<text class="tick" x="{at}" y="{height - 5}">{100 * value:g}</text>')
    parts.append(f'<text class="tick" x="{LABEL}" y="{height - 5}">{100 * start:g}</text>')
    for number, row in enumerate(rows):
        top = number * ROW + 4
        told = f"{100 * row.share:.1f} % {row.of}"
        width = max(across(row.share) - LABEL, 1)
        parts.append(f'<text class="label" x="{LABEL - 6}" y="{top + 12}">{escape(row.label)}</text>')
        parts.append(
            f'<rect class="{row.colour}" x="{LABEL}" y="{top}" width="{width:.1f}" height="16" rx="2">'
            f"<title>{escape(told)}</title></rect>"
        )
        parts.append(f'<text class="value" x="{WIDTH - 4}" y="{top + 12}">{100 * row.share:.1f}</text>')
    return "".join([*parts, "</svg>"])


def reliability(title: str, bins: Sequence[Bin]) -> str:
    """How often answers were right, by how sure they were; on the diagonal the two agree. Dots grow with the count."""
    size = SIDE + 2 * EDGE
    most = max((one.count for one in bins), default=1)

    def place(x: float, y: float) -> tuple[float, float]:
        return EDGE + SIDE * x, EDGE / 2 + SIDE * (1 - y)

    parts = [_open(size, SIDE + EDGE * 2, title)]
    for step in range(0, 11, 2):
        (left, level), (right, _) = place(0, step / 10), place(1, step / 10)
        parts.append(f'<line class="grid" x1="{left}" x2="{right}" y1="{level}" y2="{level}"/>')
        parts.append(f'<text class="label" x="{left - 5}" y="{level + 4}">{step * 10}</text>')
        foot = place(step / 10, 0)
        parts.append(f'<text class="tick" x="{foot[0]}" y="{foot[1] + 15}">{step * 10}</text>')
    (x1, y1), (x2, y2) = place(0, 0), place(1, 1)
    parts.append(f'<line class="wanted" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>')
    points = [place(one.confidence, one.accuracy) for one in bins]
    parts.append(f'<polyline class="curve" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>')
    for one, (x, y) in zip(bins, points, strict=True):
        told = f"{one.count} answers, {100 * one.confidence:.1f} % sure, {100 * one.accuracy:.1f} % right"
        radius = 3 + 7 * (one.count / most) ** 0.5
        parts.append(f'<circle class="a" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"><title>{told}</title></circle>')
    middle = EDGE + SIDE / 2
    parts.append(f'<text class="tick" x="{middle}" y="{SIDE + EDGE + 14}">how sure it said it was, %</text>')
    return "".join([*parts, "</svg>"])


def heat_map(title: str, names: Sequence[str], counts: Mapping[tuple[str, str], int]) -> str:
    """Right intents down, given ones across: green where they are the same, red by the share that went astray."""
    side = len(names) * CELL
    totals = {name: sum(n for (right, _), n in counts.items() if right == name) for name in names}
    parts = [_open(NAMES + side + 4, NAMES + side + 4, title, wide=True)]
    for number, name in enumerate(names):
        middle = NAMES + number * CELL + CELL - 4
        parts.append(f'<text class="label" x="{NAMES - 5}" y="{middle}">{escape(name)}</text>')
        parts.append(
            f'<text class="column" transform="translate({middle},{NAMES - 5}) rotate(-90)">{escape(name)}</text>'
        )
        edge = NAMES + number * CELL
        parts.append(f'<line class="grid" x1="{NAMES}" x2="{NAMES + side}" y1="{edge}" y2="{edge}"/>')
        parts.append(f'<line class="grid" y1="{NAMES}" y2="{NAMES + side}" x1="{edge}" x2="{edge}"/>')
    column = {name: number for number, name in enumerate(names)}
    for (right, given), count in counts.items():
        if not count or right not in column or given not in column:
            continue
        part = count / totals[right]
        kind, strength = ("good", part) if right == given else ("bad", min(1.0, 0.25 + 6 * part))
        x, y = NAMES + column[given] * CELL, NAMES + column[right] * CELL
        told = f"{right} → {given}: {count} of {totals[right]}"
        parts.append(
            f'<rect class="{kind}" x="{x}" y="{y}" width="{CELL}" height="{CELL}" opacity="{strength:.2f}">'
            f"<title>{escape(told)}</title></rect>"
        )
        if right != given:
            parts.append(f'<text class="count" x="{x + CELL / 2}" y="{y + CELL - 4}">{count}</text>')
    return "".join([*parts, "</svg>"])


def _open(width: float, height: float, title: str, *, wide: bool = False) -> str:
    """``wide``: drawn at its own size, to be scrolled, however narrow the screen."""
    fixed = f' width="{width}" height="{height}"' if wide else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"{fixed} role="img"'
        f' aria-label="{escape(title, quote=True)}">'
    )
