"""Fixtures of the shell's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.shell import Shell, shell


@pytest.fixture
def a_shell(tmp_path: Path) -> Iterator[Shell]:
    with shell(tmp_path) as made:
        yield made
