"""The pacer, on a clock that only moves when it sleeps, against the platform's rates."""

from __future__ import annotations

import pytest

from bot.channels.telegram.pacing import LONGEST_WAIT, Pacer
from bot.errors import SendError
from tests.platforms.telegram_rules import Rates

pytestmark = pytest.mark.anyio


class Time:
    """A clock and the only thing that moves it."""

    def __init__(self) -> None:
        self.now = 500.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(
    ("chats", "messages", "seconds"), [(1, 60, (50, 60)), (50, 20, (39, 41)), (3, 4, (0, 1)), (1000, 1, (38, 41))]
)
async def test_the_platform_never_has_to_refuse(chats: int, messages: int, seconds: tuple[float, float]) -> None:
    time, rates = Time(), Rates()
    pacer = Pacer(time, time.sleep)
    for _ in range(messages):
        for chat in range(chats):
            await pacer.turn(str(chat))
            rates.check(chat, time.now)
    assert seconds[0] <= time.now - 500 <= seconds[1]


async def test_danger_advice_does_not_wait_for_others() -> None:
    time = Time()
    pacer = Pacer(time, time.sleep)
    for chat in range(200):
        await pacer.turn(str(chat))
    before = time.now
    await pacer.turn("someone", urgent=True)
    assert time.now == before


async def test_a_wait_that_is_too_long_is_left_to_the_outbox() -> None:
    time = Time()

    async def no_sleep(seconds: float) -> None:
        waits.append(seconds)

    waits: list[float] = []
    pacer = Pacer(time, no_sleep)
    with pytest.raises(SendError) as caught:
        for _ in range(100):
            await pacer.turn("one")
    assert caught.value.code == "paced"
    assert caught.value.retryable
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > LONGEST_WAIT
    assert waits[-1] <= LONGEST_WAIT
