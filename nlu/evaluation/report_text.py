"""The report for a terminal: a few narrow tables, and the sentences behind the worst confusions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nlu.evaluation.report import ALL

__all__ = ["as_text"]

PAIRS, SENTENCES, WEAKEST = 15, 3, 12


def as_text(report: dict[str, Any]) -> str:
    """The whole report, some eighty lines."""
    parts = [
        _head(report),
        _intents(report),
        _danger(report),
        _others(report),
        _weakest(report),
        _confusions(report),
        _alarms(report),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(report: dict[str, Any]) -> str:
    model, training, time = report["model"], report["training"], report["time"]
    size = f", {model['bytes'] / 1e6:.1f} MB" if model.get("bytes") else ""
    sets = ", ".join(
        f"{name} {_all(report['slices'], name)['sentences']} (left out as trained on: {found['left_out']})"
        for name, found in report["sets"].items()
    )
    return "\n".join(
        [
            f"model {model['id']}{size}; trained on {sum(training.values())} sentences of ours ("
            + ", ".join(f"{variety} {count}" for variety, count in training.items())
            + ")",
            f"sentences measured: {sets}",
            f"time of one parse over HTTP: p50 {time['p50_ms']:.2f} ms, p99 {time['p99_ms']:.2f} ms"
            f" ({time['calls']} calls, one client)",
        ]
    )


def _intents(report: dict[str, Any]) -> str:
    rows = [
        [
            row["set"], row["variety"], row["sentences"], _percent(row["macro_f1"]), _percent(row["accuracy"]),
            _percent(row["sure"]), _percent(row["right_when_sure"]), f"{row['calibration_error']:.3f}",
            "-" if row["out_of_scope_auroc"] is None else f"{row['out_of_scope_auroc']:.3f}",
            "-" if row["variety_right"] is None else _percent(row["variety_right"]),
        ]
        for row in report["slices"]
    ]  # fmt: skip
    head = ["set", "variety", "n", "macro-F1", "accuracy", "sure", "right if sure", "ECE", "OOS AUROC", "variety right"]
    return _table("Intents", head, rows)


def _danger(report: dict[str, Any]) -> str:
    rows = []
    for row in report["danger"]:
        cells: list[object] = [row["set"], row["variety"]]
        for group in ("emergencies", "lookalikes", "ordinary"):
            found = row[group]
            count = found["sentences"]
            shares = (_percent(found[who] / count) if count else "-" for who in ("net", "model", "either"))
            cells += [count, " / ".join(shares)]
        rows.append(cells)
    head = ["set", "variety", "emergencies", "net / model / either"]
    head += ["look-alikes", "net / model / either", "ordinary", "net / model / either"]
    return _table("Danger: share that raised the alarm", head, rows)


def _others(report: dict[str, Any]) -> str:
    tables = []
    if report["dates"]["slices"]:
        rows = [[row["variety"], row["sentences"], _percent(row["right"])] for row in report["dates"]["slices"]]
        tables.append(_table("Dates and hours exactly right (strangers)", ["variety", "n", "right"], rows))
    if report["entities"]["slices"]:
        rows = [
            [row["variety"], row["marks"], *(_percent(row[key]) for key in ("precision", "recall", "f1"))]
            for row in report["entities"]["slices"]
        ]
        head = ["variety", "marks", "precision", "recall", "F1"]
        tables.append(_table("Entities: kind, place and value exactly right", head, rows))
    return "\n\n".join(tables)


def _weakest(report: dict[str, Any]) -> str:
    names = list(report["sets"])
    rows = [row for row in report["intents"] if row["variety"] == ALL and row["set"] == names[-1]]
    rows = sorted(rows, key=lambda row: row["f1"])[:WEAKEST]
    cells = [
        [row["intent"], row["support"], _percent(row["precision"]), _percent(row["recall"]), _percent(row["f1"])]
        for row in rows
    ]
    title = f"The weakest intents ({names[-1]}, all varieties; all of them in the JSON and the page)"
    return _table(title, ["intent", "n", "precision", "recall", "F1"], cells)


def _confusions(report: dict[str, Any]) -> str:
    lines = ["The most frequent confusions (right → given)"]
    for pair in report["confusions"][:PAIRS]:
        lines.append(f"{pair['count']:4}  {pair['right']} → {pair['given']}")
        lines += [f"        {_told(sentence)}" for sentence in pair["sentences"][:SENTENCES]]
    return "\n".join(lines) if len(lines) > 1 else ""


def _alarms(report: dict[str, Any]) -> str:
    titles = {
        "missed": "Emergencies that raised no alarm",
        "false_alarms_on_lookalikes": "Look-alikes that raised the alarm",
        "false_alarms_on_ordinary": "Ordinary sentences that raised the alarm",
    }
    blocks = []
    for key, title in titles.items():
        found = report["danger_sentences"][key]
        if found:
            lines = [f"  {_told(row)}  → {row['given']} {' '.join(row['danger'])}".rstrip() for row in found[:20]]
            more = [f"  … and {len(found) - 20} more"] if len(found) > 20 else []
            blocks.append("\n".join([f"{title}: {len(found)}", *lines, *more]))
    return "\n\n".join(blocks)


def _told(row: dict[str, Any]) -> str:
    return f"{row['set'][0]} {row['variety']:8} {row['confidence']:.2f}  {row['text']}"


def _all(slices: Iterable[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(row for row in slices if row["set"] == name and row["variety"] == ALL)


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    cells = [list(head), *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    numeric = [all(_is_figure(row[i]) for row in cells[1:]) for i in range(len(head))]
    aligned = [
        [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        ]
        for row in cells
    ]
    lines = ["  ".join(row).rstrip() for row in aligned]
    return "\n".join([title, lines[0], "-" * len(lines[0]), *lines[1:]])


def _is_figure(cell: str) -> bool:
    return cell == "-" or not cell.strip("0123456789./ -")
