"""Makes Rasa silent: no telemetry, no message text in a log, whatever the level asked for.

Rasa logs messages at DEBUG through structlog, which prints everything until configured. Must run before Rasa is used.
"""

# ruff: noqa: PLC0415 - structlog is set up only after the environment variables above.

from __future__ import annotations

import logging
import os
import sys

__all__ = ["settle"]


def settle() -> None:
    """Turn telemetry off and hold every logger of Rasa's at WARNING or above, on standard error."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["SANIC_ACCESS_LOG"] = "false"
    wanted = logging.getLevelName(os.environ.get("LOG_LEVEL", "WARNING").upper())
    level = max(wanted if isinstance(wanted, int) else logging.WARNING, logging.WARNING)
    os.environ["LOG_LEVEL"] = logging.getLevelName(level)
    logging.basicConfig(stream=sys.stderr, level=level, format="%(levelname)s %(name)s: %(message)s")
    import structlog

    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.render_to_log_kwargs],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
