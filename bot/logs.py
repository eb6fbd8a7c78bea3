"""Logs without personal data: events, ids and codes; never a text, a name, a number or a token.

httpx logs whole URLs, and Telegram's hold the token; both it and the libraries that print updates are kept quiet, and
what still passes is redacted.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_TOKEN = re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{30,}\b|(?<=/bot)[^/\s]+")
_PHONE = re.compile(r"(?<!\w)(?:\+|00)?\d[\d\s.-]{7,}\d(?!\w)")
_QUIET = ("httpx", "httpcore", "telegram", "pywa", "pywa_async", "apscheduler", "uvicorn.access", "alembic", "asyncio")
# Keys under which personal data would travel; a test holds that no event uses them.
_FORBIDDEN = frozenset({"text", "name", "phone", "address", "token", "message", "body", "payload"})


def redact(value: str) -> str:
    """A line without tokens and phone numbers."""
    return _PHONE.sub("[number]", _TOKEN.sub("[token]", value))


def _redacting(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in list(event):
        if key in _FORBIDDEN:
            event[key] = "[redacted]"
        elif isinstance(event[key], str) and key not in ("timestamp", "level", "logger"):
            event[key] = redact(event[key])
    return event


def where(error: BaseException) -> str:
    """The file and line that raised, which say nothing about the person."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""


class _RedactingFilter(logging.Filter):
    """Redacts what libraries log through the standard logger; exceptions keep only their type."""

    def filter(self, record: logging.LogRecord) -> bool:
        # What asyncio says of a task that failed holds the exception's words.
        record.msg = "a task failed" if record.name == "asyncio" else redact(record.getMessage())
        record.args = ()
        if record.exc_info and record.exc_info[0] is not None:
            record.msg += f" ({record.exc_info[0].__name__})"
            record.exc_info = None
            record.exc_text = None
        return True


def configure(level: str, *, as_json: bool) -> None:
    """Set up logging of this process, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_RedactingFilter())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # That a tick took longer than its interval is no news to anybody.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redacting,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
