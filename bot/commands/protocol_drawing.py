"""Pictures of a protocol: as text, as Mermaid (for pages that draw it), and as an SVG file of its own."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from textwrap import wrap

from bot.commands.protocol_words import OUTCOME_WORDS, ProtocolWords
from dialogues.triage.paths import Fork, Leaf, tree
from dialogues.triage.protocol import Protocol, Protocols

_COLOURS = {"ambulance": "#b3261e", "emergency": "#e0641a", "today": "#d9a400", "soon": "#3a7bd5", "home": "#2e7d4f"}
# Of the SVG, in pixels.
_INDENT, _ROW, _CHARACTER, _WIDEST = 34, 26, 7.2, 90


def _rows(protocol: Protocol, protocols: Protocols, words: ProtocolWords) -> list[tuple[int, str, str]]:
    """Depth, text, and the outcome of a line that ends."""
    found: list[tuple[int, str, str]] = []

    def add(part: Fork | Leaf, depth: int, lead: str) -> None:
        if isinstance(part, Leaf):
            found.append((depth, f"{lead}{_ending(part)}", part.outcome if part.rule else ""))
            return
        found.append((depth, f"{lead}{words.question(part.variable)}", ""))
        for answers, below in part.ways:
            add(below, depth + 1, f"{words.answers(part.variable, answers)} → ")

    add(tree((protocol,), protocols.questions), 0, "")
    return found


def _ending(leaf: Leaf) -> str:
    return f"[{OUTCOME_WORDS[leaf.outcome]}] {leaf.rule}" if leaf.rule else "(not concerned)"


def as_text(protocol: Protocol, protocols: Protocols, language: str) -> str:
    """An indented tree."""
    words = ProtocolWords(protocols, language)
    return "\n".join(f"{'    ' * depth}{text}" for depth, text, _ in _rows(protocol, protocols, words))


def as_mermaid(protocol: Protocol, protocols: Protocols, language: str) -> str:
    """A Mermaid flow chart, in which parts that are the same are drawn once."""
    words = ProtocolWords(protocols, language)
    lines, names = ["flowchart TD"], dict[Fork | Leaf, str]()

    def draw(part: Fork | Leaf) -> str:
        if part in names:
            return names[part]
        name = names[part] = f"n{len(names)}"
        if isinstance(part, Leaf):
            lines.append(f'  {name}(["{_label(_ending(part))}"])')
            if part.rule:
                lines.append(f"  style {name} fill:{_COLOURS[part.outcome]},color:#fff")
            return name
        lines.append(f'  {name}["{_label(words.question(part.variable))}"]')
        for answers, below in part.ways:
            lines.append(f'  {name} -->|"{_label(words.answers(part.variable, answers))}"| {draw(below)}')
        return name

    draw(tree((protocol,), protocols.questions))
    return "\n".join(lines)


def _label(text: str) -> str:
    return "<br/>".join(wrap(escape(text, quote=False).replace('"', "#quot;"), 40))


def as_svg(protocol: Protocol, protocols: Protocols, language: str) -> str:
    """A picture that any browser opens and any printer prints."""
    words = ProtocolWords(protocols, language)
    rows = [
        (d, text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…", o)
        for d, text, o in _rows(protocol, protocols, words)
    ]
    width = max(d * _INDENT + len(text) * _CHARACTER for d, text, _ in rows) + 60
    height = (len(rows) + 2) * _ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" font-family="sans-serif"'
        ' font-size="13">',
        f'<rect width="100%" height="100%" fill="#fff"/><text x="16" y="24" font-weight="bold">'
        f"{escape(words.name(protocol.id))} ({protocol.id} {protocol.version}, {protocol.review})</text>",
    ]
    for number, (depth, text, outcome) in enumerate(rows, 2):
        x, y = 16 + depth * _INDENT, number * _ROW
        if depth:
            parts.append(f'<path d="M{x - _INDENT + 8} {y - 12}h{_INDENT - 14}" stroke="#999" fill="none"/>')
        if outcome:
            box = len(text) * _CHARACTER + 16
            parts.append(
                f'<rect x="{x - 6}" y="{y - 17}" width="{box:.0f}" height="22" rx="5" fill="{_COLOURS[outcome]}"/>'
            )
        colour = "#fff" if outcome else "#111"
        parts.append(f'<text x="{x}" y="{y - 2}" fill="{colour}">{escape(text)}</text>')
    return "\n".join([*parts, "</svg>"])


DRAWINGS: dict[str, Callable[[Protocol, Protocols, str], str]] = {"txt": as_text, "mermaid": as_mermaid, "svg": as_svg}
