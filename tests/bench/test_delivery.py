"""The short forms of the benches behind docs/reliability.md: the same code and the same judge, fewer messages.

What must never happen (twice, lost, blindly repeated) is held to the letter; how fast it goes is for the benches alone.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import answers, broadcast, crashes, handover, pacing, storm

pytestmark = pytest.mark.anyio
LEASE = 3.0


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"])
async def test_a_campaign_by_workers_that_are_killed(url: str, keys_file: Path, platform: str) -> None:
    found = await broadcast.run(platform, url, keys_file, 120, 6, 2, lease=LEASE)
    assert broadcast.is_good(platform, found, 6), found
    assert found["stops"] == 2


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"])
async def test_lost_answers(url: str, keys_file: Path, platform: str) -> None:
    found = await answers.run(platform, url, keys_file, 120, lease=LEASE)
    assert found["ok"], found


async def test_a_storm_of_repeated_updates(url: str, keys_file: Path, tmp_path: Path) -> None:
    replicas = 2 if url.startswith("postgresql") else 1
    found = await storm.run(url, keys_file, 80, replicas, tmp_path / "handed")
    assert storm.is_good({**found, "ack_p99": 0}, 80), found


async def test_messages_that_were_taken_by_a_process_that_dies(url: str, keys_file: Path, tmp_path: Path) -> None:
    replicas = 2 if url.startswith("postgresql") else 1
    found = await crashes.run(url, keys_file, 100, 5, replicas, tmp_path / "handed")
    assert crashes.is_good(found, 100, 5), found


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("platform", ["telegram", "whatsapp"])
async def test_the_platforms_limits_are_used_and_kept(url: str, keys_file: Path, platform: str) -> None:
    found = await pacing.run(platform, url, keys_file, 8 * pacing.LIMITS[platform], replies=4)
    assert found["refused_share"] <= 0.02, found
    assert found["replies"] > 0, found
    assert found["states"]["sent"] >= 8 * pacing.LIMITS[platform] - 2


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_handing_over_many(url: str, keys_file: Path) -> None:
    found = handover.ours(url, keys_file, 400)
    assert found["states"] == {"sent": 400}
