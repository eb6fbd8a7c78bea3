"""Data folders that are copied, not made anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.channels.serving import copy_data, make_data


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def data_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("channels") / "data"
    make_data(folder)
    return folder


@pytest.fixture
def data(data_template: Path, tmp_path: Path) -> Path:
    return copy_data(data_template, tmp_path / "data")
