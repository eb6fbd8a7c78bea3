"""A turn of triage, the understanding of its words aside, takes no time that anybody would notice."""

from __future__ import annotations

from time import perf_counter

from dialogues.engine import advance
from tests.dialogues.triage.listening import read
from tests.dialogues.triage.playing import FLOWS, Talked

MOST = 0.010


def test_a_turn_takes_ten_milliseconds_at_the_most() -> None:
    talked = Talked().opens("عندي السخانة والكحبة وراسي كيضرني، عمري 30 عام")
    no = read("لا", talked.world.now)
    took = []
    for _ in range(50):
        began = perf_counter()
        assert advance(FLOWS["triage"], talked.talk, no, talked.world, FLOWS) is not None
        took.append(perf_counter() - began)
    took.sort()
    assert took[len(took) // 2] <= MOST
