"""Triage with the real model: first words lead to their protocol, and the eighty people go where they should."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

import yaml

from dialogues.reading import VARIETIES, Reading
from dialogues.triage.outcomes import RED, URGENCY
from tests.conftest import RealReader
from tests.dialogues.play import Play
from tests.dialogues.triage.people import figures, runs, sent_right

FIRST_WORDS = Path(__file__).with_name("first_words.yml")
# Of the first words, so many must be understood; of the vignettes, the figures to reach: emergencies sent right, too
# low overall, too high overall.
LEAST_UNDERSTOOD, LEAST_RED, MOST_UNDER, MOST_OVER = 0.95, 0.97, 0.05, 0.12


def test_first_words_lead_to_their_protocol(real_reader: RealReader) -> None:
    rows = yaml.safe_load(FIRST_WORDS.read_text("utf-8"))
    missed = []
    for row in rows:
        for variety in VARIETIES:
            play = Play()
            play.then(real_reader.reads(row[variety], play.world.now))
            complaints = play.talk.answers.get("complaints", ()) if play.talk.flow == "triage" else None
            is_asked = complaints is not None and row["leads_to"] in complaints
            if not is_asked and not play.said[0].startswith("emergency."):
                missed.append(f"{row['leads_to']} ({variety}): {row[variety]} -> {play.said} {complaints}")
    print("\n".join(missed))
    assert len(missed) <= (1 - LEAST_UNDERSTOOD) * len(rows) * len(VARIETIES)


def test_the_figures_are_reached_with_the_model(real_reader: RealReader) -> None:
    played = list(runs(partial(_read, real_reader)))
    print(f"\n{figures(played)}")
    red = [run for run in played if URGENCY[run.vignette["lowest"]] >= RED]
    assert len(sent_right(red)) >= LEAST_RED * len(red)
    assert sum(run.under for run in played) <= MOST_UNDER * len(played)
    assert sum(run.over for run in played) <= MOST_OVER * len(played)


def _read(reader: RealReader, text: str, now: datetime) -> Reading:
    return reader.reads(text, now)
