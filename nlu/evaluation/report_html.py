"""The report as one page that stands alone: style and charts inside it, no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from nlu.evaluation.charts import Bar, bars, heat_map, reliability
from nlu.evaluation.figures import Bin
from nlu.evaluation.report import ALL

__all__ = ["as_html"]

STYLE = Path(__file__).with_name("page.css")
GOALS = (0.90, 0.96)  # of macro-F1: at least, and what we aim for (issue 2)
CAUGHT = (0.97,)
COLOURS = {"first": "b", "strangers": "a"}
TITLE = "Labas: how well the model reads"


def as_html(report: dict[str, Any]) -> str:
    """The page; sentences stand in the direction of their own script."""
    parts = [_head(report), _varieties(report), _danger(report), _sureness(report), _others(report)]
    parts += [_matrix(report), _intents(report), _confusions(report), _sentences(report)]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{TITLE}</title><style>{STYLE.read_text('utf-8')}</style></head>\n<body>\n"
        + "\n".join(part for part in parts if part)
        + "\n</body></html>\n"
    )


def _head(report: dict[str, Any]) -> str:
    model, name = report["model"], list(report["sets"])[-1]
    whole = _slice(report, name, ALL)
    danger = next(row for row in report["danger"] if (row["set"], row["variety"]) == (name, ALL))["emergencies"]
    outside, variety = whole["out_of_scope_auroc"], whole["variety_right"]
    figures = [
        (_percent(whole["macro_f1"]), f"macro-F1, {name}"),
        (_percent(danger["either"] / danger["sentences"]) if danger["sentences"] else "-", "emergencies caught"),
        ("-" if outside is None else f"{outside:.3f}", "out of scope, AUROC"),
        (f"{whole['calibration_error']:.3f}", "calibration error"),
        ("-" if variety is None else _percent(variety), "variety right"),
        (f"{report['time']['p50_ms']:.1f} / {report['time']['p99_ms']:.1f}", "ms a parse, p50 / p99"),
    ]
    sizes = ", ".join(
        f"{key} {_slice(report, key, ALL)['sentences']} sentences (and {found['left_out']} left out, because the"
        " training has them too)"
        for key, found in report["sets"].items()
    )
    size = f", {model['bytes'] / 1e6:.1f} MB" if model.get("bytes") else ""
    cards = "".join(f"<div><b>{value}</b><span>{escape(said)}</span></div>" for value, said in figures)
    return (
        f"<h1>{TITLE}</h1><p>Model {escape(str(model['id']))}{size}; our training sentences:"
        f" {sum(report['training'].values())}. Measured on: {escape(sizes)}. “Strangers” wrote without having seen"
        f' anything of ours, and no training sentence comes from them.</p><div class="figures">{cards}</div>'
    )


def _varieties(report: dict[str, Any]) -> str:
    cards = []
    for name in report["sets"]:
        rows = [row for row in report["slices"] if row["set"] == name]
        drawn = [
            Bar(row["variety"], row["macro_f1"], COLOURS[name], f"of {row['sentences']} sentences") for row in rows
        ]
        cards.append(_card(f"Macro-F1, {name}", bars(f"Macro-F1 by variety, {name}", drawn, 0.5, GOALS)))
    for name in report["sets"]:
        rows = [row for row in report["slices"] if row["set"] == name and row["variety_right"] is not None]
        drawn = [Bar(row["variety"], row["variety_right"], COLOURS[name], f"of {row['variety_told']}") for row in rows]
        cards.append(_card(f"Variety told right, {name}", bars(f"Variety right, {name}", drawn, 0.5, (0.95,))))
    return f"<h2>Varieties</h2><p>Dashed: the least we want, and what we aim for.</p>{_row(cards)}"


def _danger(report: dict[str, Any]) -> str:
    who = (("net", "b"), ("model", "c"), ("either", "a"))
    titles = {"emergencies": "Emergencies caught", "lookalikes": "Look-alikes taken for danger"}
    cards = []
    for name in report["sets"]:
        for group, title in titles.items():
            rows = [row for row in report["danger"] if row["set"] == name and row[group]["sentences"]]
            drawn = [
                Bar(row["variety"] if key == "net" else "", found[key] / found["sentences"], colour, f"by {key}")
                for row in rows
                for found in [row[group]]
                for key, colour in who
            ]
            if drawn:
                start, wanted = (0.5, CAUGHT) if group == "emergencies" else (0.0, (0.1,))
                cards.append(_card(f"{title}, {name}", bars(f"{title}, {name}", drawn, start, wanted)))
    legend = " ".join(f'<span class="key {colour}"></span> {key}' for key, colour in who)
    told = f"{legend}: the rules, the model, and what counts, since one of them is enough."
    return f"<h2>Danger</h2><p>{told}</p>{_row(cards)}"


def _sureness(report: dict[str, Any]) -> str:
    cards = [
        _card(
            f"{found['set']}: off by {100 * found['error']:.1f} points on average",
            reliability(f"Reliability, {found['set']}", [Bin(**one) for one in found["bins"]]),
        )
        for found in report["calibration"]
    ]
    told = "How often it was right (up) against how sure it said it was (across); on the dashed line they agree."
    return f"<h2>Is it as sure as it says?</h2><p>{told}</p>{_row(cards)}"


def _others(report: dict[str, Any]) -> str:
    cards = []
    if report["dates"]["slices"]:
        drawn = [Bar(row["variety"], row["right"], "a", f"of {row['sentences']}") for row in report["dates"]["slices"]]
        cards.append(_card("Dates and hours exactly right", bars("Dates and hours", drawn, 0.5, (0.93,))))
    entities = report["entities"]
    if entities["slices"]:
        drawn = [Bar(row["variety"], row["f1"], "a", f"F1 of {row['marks']}") for row in entities["slices"]]
        cards.append(_card("Entities, F1 with value", bars("Entities by variety", drawn, 0.5)))
        drawn = [Bar(row["kind"], row["f1"], "a", f"F1 of {row['marks']}") for row in entities["kinds"]]
        cards.append(_card("Entities by kind", bars("Entities by kind", drawn, 0.0)))
    return f"<h2>Dates and entities</h2>{_row(cards)}" if cards else ""


def _matrix(report: dict[str, Any]) -> str:
    counts: dict[tuple[str, str], int] = {}
    for row in report["intents"]:
        if row["variety"] == ALL:
            both = (row["intent"], row["intent"])
            counts[both] = counts.get(both, 0) + row["support"]
    names = sorted(right for right, _ in counts)
    for pair in report["confusions"]:
        counts[pair["right"], str(pair["given"])] = pair["count"]
        counts[pair["right"], pair["right"]] -= pair["count"]
    drawn = heat_map("Confusion matrix", names, counts)
    return (
        "<h2>Which intent is taken for which</h2><p>The right intent down, the given one across, both sets together."
        f' On a narrow screen, slide it sideways.</p><div class="card scroll">{drawn}</div>'
    )


def _intents(report: dict[str, Any]) -> str:
    blocks = []
    for name in reversed(report["sets"]):
        rows = [row for row in report["intents"] if row["set"] == name]
        varieties = list(dict.fromkeys(row["variety"] for row in rows))
        f1 = {(row["intent"], row["variety"]): row["f1"] for row in rows}
        whole = [row for row in rows if row["variety"] == ALL]
        body = [
            [row["intent"], row["support"], _percent(row["precision"]), _percent(row["recall"])]
            + [_percent(f1[row["intent"], v]) if (row["intent"], v) in f1 else "" for v in varieties]
            for row in sorted(whole, key=lambda row: row["f1"])
        ]
        head = ["intent", "n", "precision", "recall", *(f"F1 {variety}" for variety in varieties)]
        title = f"{escape(name)}: every intent, the weakest first"
        blocks.append(f"<details><summary>{title}</summary>{_table(head, body)}</details>")
    return f"<h2>Intents</h2>{''.join(blocks)}"


def _confusions(report: dict[str, Any]) -> str:
    blocks = [
        f"<details><summary>{pair['count']} × {escape(pair['right'])} → {escape(str(pair['given']))}</summary>"
        f"{_list(pair['sentences'])}</details>"
        for pair in report["confusions"]
    ]
    return f"<h2>Confusions, with their sentences</h2><p>Right → given.</p>{''.join(blocks)}"


def _sentences(report: dict[str, Any]) -> str:
    found = report["danger_sentences"]
    groups = {
        "Emergencies that raised no alarm": found["missed"],
        "Look-alikes that raised the alarm": found["false_alarms_on_lookalikes"],
        "Ordinary sentences that raised the alarm": found["false_alarms_on_ordinary"],
    }
    blocks = [
        f"<details><summary>{title}: {len(rows)}</summary>{_list(rows)}</details>"
        for title, rows in groups.items()
        if rows
    ]
    wrong = report["dates"]["wrong"]
    if wrong:
        items = "".join(
            f"<li><bdi>{escape(row['text'])}</bdi><small>{escape(row['variety'])} at {escape(row['now'])}: right is"
            f" {escape(str(row['expect']))}, given was {escape(str(row['given']))}</small></li>"
            for row in wrong
        )
        blocks.append(f"<details><summary>Dates and hours read wrong: {len(wrong)}</summary><ul>{items}</ul></details>")
    wrong = report["entities"]["wrong"]
    if wrong:
        items = "".join(
            f"<li><bdi>{escape(row['text'])}</bdi><small>{escape(row['variety'])}: missed"
            f" {escape(', '.join(row['missed']) or 'nothing')}; too many {escape(', '.join(row['too_many']) or 'none')}"
            "</small></li>"
            for row in wrong
        )
        blocks.append(
            f"<details><summary>Sentences with wrong entities: {len(wrong)}</summary><ul>{items}</ul></details>"
        )
    return f"<h2>What else went wrong</h2>{''.join(blocks)}" if blocks else ""


def _list(rows: Iterable[dict[str, Any]]) -> str:
    items = []
    for row in rows:
        told = [row["set"], row["variety"], f"{100 * row['confidence']:.0f} % sure"]
        if "given" in row:
            told += [f"given {row['given']}", *row["danger"]]
        items.append(f'<li><bdi dir="auto">{escape(row["text"])}</bdi><small>{escape(", ".join(told))}</small></li>')
    return f"<ul>{''.join(items)}</ul>"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _card(title: str, drawn: str) -> str:
    return f'<div class="card"><h3>{escape(title)}</h3>{drawn}</div>'


def _row(cards: Iterable[str]) -> str:
    return f'<div class="row">{"".join(cards)}</div>'


def _slice(report: dict[str, Any], name: str, variety: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in report["slices"] if (row["set"], row["variety"]) == (name, variety))
    return found


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"
