"""One JSON line a step on standard output, so that a parent process can draw a progress bar of the training."""

from __future__ import annotations

import json
import os
import sys

__all__ = ["SWITCH", "report"]

SWITCH = "LABAS_NLU_PROGRESS"


def report(stage: str, done: float) -> None:
    """Say that ``done`` (0 to 1) of ``stage`` is behind us; silent unless the parent asked for it."""
    if os.environ.get(SWITCH) == "1":
        sys.stdout.write(json.dumps({"stage": stage, "done": round(done, 3)}) + "\n")
        sys.stdout.flush()
