"""`labas nlu evaluate`: how well the model reads, as text, as JSON or as a page."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bot.commands.progress import progress


def run(model: Path | None, sets: Path | None, html: Path | None, misses: Path | None, *, as_json: bool) -> int:
    """Measure, print the report, and write the page and the list of misses where asked for."""
    from nlu.evaluation.evaluate import evaluate
    from nlu.evaluation.misses import misses_of, write_misses
    from nlu.evaluation.report_html import as_html
    from nlu.evaluation.report_text import as_text
    from nlu.evaluation.sets import FROZEN

    with progress() as show:
        done = evaluate(sets or FROZEN, model, show)
    if html is not None:
        html.write_text(as_html(done.report), encoding="utf-8")
    if misses is not None:
        write_misses(misses, misses_of(done.readings))
    sys.stdout.write(json.dumps(done.report, ensure_ascii=False) + "\n" if as_json else as_text(done.report))
    return 0
