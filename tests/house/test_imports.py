"""The house: which folder may import which, and which third-party library lives in which folder.

Read from the imports themselves, lazy ones too, so that an arrow cannot run back unseen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("bot", "console", "scheduler", "dialogues", "nlu", "store", "locales")
MAY_IMPORT: dict[str, set[str]] = {
    "bot": set(OURS),
    "console": {"console", "store", "scheduler", "dialogues", "nlu"},
    "scheduler": {"scheduler", "store", "dialogues"},
    "dialogues": {"dialogues"},
    "nlu": {"nlu", "dialogues"},
    "store": {"store", "dialogues"},
    "locales": set(),
}
# Third-party libraries that belong to one place, and that place.
LIVES_IN: dict[str, tuple[str, ...]] = {
    "telegram": ("bot/channels/telegram",),
    "pywa": ("bot/channels/whatsapp",),
    "apscheduler": ("scheduler",),
    "rasa": ("nlu",),
    "tensorflow": ("nlu",),
    "babel": ("bot/render.py",),
    "sqlalchemy": ("store",),
    "alembic": ("store",),
    "cryptography": ("store",),
    "icalendar": ("bot/documents.py",),
    "pydantic_settings": ("bot/settings.py",),
    "phonenumbers": ("nlu", "bot"),
}
LINES = 400


def modules(folder: str) -> list[Path]:
    return [
        path
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not any(part in (".venv", "versions", "models_cache") for part in path.parts)
    ]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


@pytest.mark.parametrize("folder", OURS)
def test_arrows_of_the_house_point_one_way(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(folder)
        for name in imported(path)
        if (top := name.split(".")[0]) in OURS and top not in MAY_IMPORT[folder]
    ]
    assert wrong == []


@pytest.mark.parametrize("library", sorted(LIVES_IN))
def test_a_library_is_imported_in_one_place(library: str) -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for folder in OURS
        for path in modules(folder)
        if any(name.split(".")[0] == library for name in imported(path))
        and not str(path.relative_to(ROOT)).startswith(LIVES_IN[library])
    ]
    assert wrong == []


def test_the_core_does_no_input_output_and_has_no_clock() -> None:
    """Data files beside the code are read once through pathlib and yaml; nothing else reaches outside."""
    forbidden = {"os", "socket", "subprocess", "time", "random", "requests", "httpx", "sqlite3", "asyncio", "threading"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("dialogues")
        for name in imported(path)
        if name.split(".")[0] in forbidden
    ]
    assert wrong == []
    for path in modules("dialogues"):
        assert "datetime.now(" not in path.read_text("utf-8"), path
        assert "date.today(" not in path.read_text("utf-8"), path


def test_files_are_small_and_say_why_they_exist() -> None:
    for folder in OURS:
        for path in modules(folder):
            text = path.read_text("utf-8")
            assert len(text.splitlines()) <= LINES, f"{path.relative_to(ROOT)} is over {LINES} lines"
            if text.strip():
                assert ast.get_docstring(ast.parse(text)), f"{path.relative_to(ROOT)} has no module docstring"
