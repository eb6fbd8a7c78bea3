"""`/metrics` in the form that Prometheus reads, and `labas status` with the same figures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from bot.bootstrap import wall_clock
from bot.commands import status
from dialogues.effects import Say
from store import outbox, people, templates
from store.database import Session
from tests.web.site import HOST, Site

LINE = re.compile(r'[a-z_0-9]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+-]+')


def put(a_site: Site, now, *, sent: bool) -> None:
    def work(session: Session) -> None:
        whom = people.find_or_create(session, "telegram", "CANARY-1001", now)
        message = outbox.enqueue(session, whom.address_id, Say("goodbye"), now, language="fr")
        attempt = outbox.begin_attempt(session, message, now, {"text": "CANARY"}) if sent else None
        if attempt is not None:
            outbox.settle_attempt(session, attempt, outbox.Sent("m1"), now + timedelta(seconds=2))

    a_site.app.store.run(work)


def test_figures(a_site: Site) -> None:
    put(a_site, a_site.moment[0], sent=True)
    put(a_site, a_site.moment[0], sent=False)
    a_site.moment[0] += timedelta(seconds=30)
    answer = TestClient(a_site.asgi(), base_url=HOST).get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert [line for line in lines if not line.startswith("# ") and not LINE.fullmatch(line)] == []
    assert 'labas_handed_over{channel="telegram",lane="reply",window="1h"} 1' in lines
    assert 'labas_in_time_ratio{window="24h"} 1' in lines
    assert 'labas_waiting{channel="telegram",lane="reply"} 1' in lines
    assert 'labas_oldest_waiting_seconds{channel="telegram",lane="reply"} 30' in lines
    assert "CANARY" not in answer.text


def test_status_on_the_command_line(
    a_site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LABAS_DATA", str(a_site.app.settings.data))
    put(a_site, wall_clock() - timedelta(minutes=1), sent=True)
    put(a_site, wall_clock() - timedelta(minutes=1), sent=False)
    assert status.run(24, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["in_time"] == 1.0
    assert [(lane["handed"], lane["waiting"]) for lane in told["lanes"]] == [(1, 1)]
    assert 60 <= told["lanes"][0]["oldest_seconds"] < 90
    assert status.run(24, as_json=False) == 0
    assert "100.0% handed over within 10 s" in capsys.readouterr().out


def test_status_names_templates_that_may_not_be_used(
    a_site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LABAS_DATA", str(a_site.app.settings.data))
    what = [
        templates.Submitted(name, "fr", "utility", "Bonjour.", [], []) for name in ("good", "refused", "moved", "waits")
    ]
    became = [("approved", "utility"), ("rejected", "utility"), ("approved", "marketing"), ("pending", "utility")]
    with a_site.app.store.write() as session:
        for each, (state, given) in zip(what, became, strict=True):
            templates.submitted(session, "whatsapp", each, wall_clock(), status=state, given=given, platform_id=None)
    assert status.run(24, as_json=False) == 0
    told = [line.strip() for line in capsys.readouterr().out.splitlines() if "template" in line]
    assert told == ["whatsapp: template moved (fr) is reclassed", "whatsapp: template refused (fr) is rejected"]
    assert status.run(24, as_json=True) == 0
    assert [row["why"] for row in json.loads(capsys.readouterr().out)["templates"]] == ["reclassed", "rejected"]


def test_status_without_data(tmp_path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LABAS_DATA", str(tmp_path / "none"))
    assert status.run(24, as_json=False) == 1
    assert "no data here yet" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_the_figures_are_kept_a_moment(a_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = TestClient(a_site.asgi(), base_url=HOST)
    first = client.get("/metrics").text
    reads: list[Callable[[], object]] = []
    monkeypatch.setattr(a_site.app.store, "read", lambda: reads.append)
    assert client.get("/metrics").text == first
    assert reads == []
