"""README tells the truth: its settings, its paths and its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def settings_table() -> str:
    rows = [f"| `LABAS_{name.upper()}` | {field.description} |" for name, field in Settings.model_fields.items()]
    return "| variable | what it sets |\n|---|---|\n" + "\n".join(rows) + "\n"


def test_every_setting_is_documented_as_it_is() -> None:
    found = re.search(r"<!-- settings: .*? -->\n(.*?)<!-- end of settings -->", README, re.DOTALL)
    assert found is not None
    assert found.group(1) == settings_table()


def test_every_path_it_names_exists() -> None:
    folders = "bot|console|scheduler|dialogues|nlu|store|locales|docs|tests|bench"
    named = set(re.findall(rf"`((?:{folders})/[\w./-]*)`", README))
    named |= set(re.findall(r"\]\((docs/[\w./-]+|LICENSE)\)", README))
    missing = [path for path in named if not (ROOT / path).exists()]
    assert missing == []


def test_the_two_commands_stand_at_the_top() -> None:
    top = README.splitlines()[:6]
    assert any(line.startswith("pip install uv && uv run labas serve") for line in top)
    assert any(line.startswith("pip install uv && uv run pytest") for line in top)
