"""A wrong setting ends with a sentence that names it, never with a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import read_settings, unknown_names


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LABAS_PORT", "many"),
        ("LABAS_PORT", "70000"),
        ("LABAS_LOG_LEVEL", "LOUD"),
        ("LABAS_PUBLIC_URL", "ftp://x"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        read_settings()


def test_a_secret_comes_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("secret\n")
    monkeypatch.setenv("LABAS_TELEGRAM_TOKEN_FILE", str(tmp_path / "token"))
    assert read_settings().telegram_token == "secret"
    monkeypatch.setenv("LABAS_TELEGRAM_TOKEN_FILE", str(tmp_path / "nothing"))
    with pytest.raises(SettingsError, match="LABAS_TELEGRAM_TOKEN_FILE"):
        read_settings()


def test_a_misspelt_name_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABAS_TELEGRAM_TOKN", "x")
    monkeypatch.setenv("LABAS_PORT", "8080")
    assert unknown_names() == ["LABAS_TELEGRAM_TOKN"]
