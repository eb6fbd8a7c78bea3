"""The vaccine calendars, read once from ``dialogues/schedules``. A wrong file is refused with its name and the place.

The grammar is poor on purpose: spans, names and references, no conditions and no loops. What would need one belongs in
``vaccine_history.py`` or ``vaccine_schedule.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dialogues.calculators.file_parts import FormError
from dialogues.calculators.vaccine_calendar import Calendar
from dialogues.calculators.vaccine_form import read_calendar

FOLDER = Path(__file__).resolve().parents[1] / "schedules"


class CalendarFileError(ValueError):
    """A calendar file cannot be used; the sentence names the file and the place in it. Nothing of it is loaded."""


class _Loader(yaml.SafeLoader):
    """Refuses a key told twice, which YAML would silently let the last one win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key in seen or key is None:
                why = "a word is needed as key" if key is None else f"{key!r} stands twice"
                raise yaml.constructor.ConstructorError(None, None, why, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def load_calendar(file: Path) -> Calendar:
    """One calendar. Raises ``CalendarFileError``."""
    try:
        # The class above only adds a refusal to yaml's safe loader.
        data = yaml.load(file.read_text("utf-8"), _Loader)  # noqa: S506
        return read_calendar(data)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise CalendarFileError(f"{file.name}: {line}{error.problem}") from error
    except (FormError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise CalendarFileError(f"{file.name}: {error}") from error


def load_calendars(folder: Path) -> tuple[Calendar, ...]:
    """Every calendar of a folder, oldest births first. One has no ``born_from``; no two share an id or a day."""
    found = [(file, load_calendar(file)) for file in sorted(folder.glob("*.yml"))]
    by_key: dict[tuple[str, object], str] = {}
    for file, calendar in found:
        for key in (("id", calendar.id), ("born_from", calendar.born_from)):
            if key in by_key:
                raise CalendarFileError(f"{file.name}: {key[0]}: {key[1]} is also that of {by_key[key]}")
            by_key[key] = file.name
    if ("born_from", None) not in by_key:
        raise CalendarFileError(f"{folder.name}: no file has an open born_from, so some children have no calendar")
    return tuple(sorted((calendar for _, calendar in found), key=lambda c: c.born_from or date.min))


@cache
def calendars() -> tuple[Calendar, ...]:
    """The calendars Labas comes with."""
    return load_calendars(FOLDER)


def calendar_for(birth: date, known: Sequence[Calendar] | None = None) -> Calendar:
    """The calendar of a child: the newest one whose births had begun when it was born."""
    return next(
        calendar
        for calendar in reversed(calendars() if known is None else known)
        if calendar.born_from is None or calendar.born_from <= birth
    )
