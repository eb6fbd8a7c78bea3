"""`labas dev platforms` as a person starts and stops it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.commands import dev

ROOT = Path(__file__).resolve().parents[2]


def test_it_says_where_the_phones_are_and_how_labas_starts_and_stops_when_told(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "bot", "dev", "platforms", "--port", "0", "--labas", "http://127.0.0.1:9"]
    env = {**os.environ, "LABAS_DATA": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = child.stdout.readline()
            assert line, said
            said += line
        pages = dict(re.findall(r"(Telegram|WhatsApp)\s+(http://\S+)", said))
        told = dict(re.findall(r"(LABAS_\w+)=(\S+)", said))
        for url in pages.values():
            assert httpx.get(url).status_code == 200
        bot = httpx.get(f"{told['LABAS_TELEGRAM_API']}/bot{told['LABAS_TELEGRAM_TOKEN']}/getMe").json()
        number = httpx.get(
            f"{told['LABAS_WHATSAPP_API']}/v26.0/{told['LABAS_WHATSAPP_PHONE_ID']}",
            headers={"Authorization": f"Bearer {told['LABAS_WHATSAPP_TOKEN']}"},
        ).json()
        assert bot["ok"]
        assert number["id"] == told["LABAS_WHATSAPP_PHONE_ID"]
        no_time = httpx.post(pages["WhatsApp"].replace("/whatsapp", "/time"), json={"seconds": 60})
        assert no_time.status_code == 404, "this Labas would not follow"
        child.send_signal(signal.SIGINT)
        assert child.wait(20) == 0


def test_without_a_checkout_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "tests.platforms", None)
    assert dev.run(0, None, with_labas=False) == 1
    assert "checkout" in capsys.readouterr().err
