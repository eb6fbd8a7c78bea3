"""The state of our templates at a platform: submitted, approved, paused, moved to another category, and back.

What a template says is data of the channel; here is what became of it, one row for each of the platform's languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store import audit, codec, sealed
from store.ids import new_id
from store.models import Attempt, Message, Template

_KNOWN = "templates"
# Words of the platform that mean the same to us.
_USABLE = frozenset(("approved", "reinstated", "unarchived", "flagged", "active", "unpaused"))


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One template in one of the platform's languages; fields as in ``store.models.templates``."""

    channel: str
    name: str
    language: str
    category: str
    given_category: str
    body: str
    placeholders: tuple[str, ...]
    buttons: tuple[str, ...]
    status: str
    reason: str | None
    quality: str | None
    platform_id: str | None
    submitted_at: datetime | None
    changed_at: datetime

    @property
    def is_usable(self) -> bool:
        """Whether messages may be sent with it."""
        return self.status in _USABLE and self.category == self.given_category

    @property
    def why_not(self) -> str:
        """A code for what keeps it from being used; "" when nothing does."""
        if self.is_usable:
            return ""
        return "template_reclassed" if self.status in _USABLE else f"template_{self.status}"[:32]


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was handed in, or found at the platform."""

    name: str
    language: str
    category: str
    body: str
    placeholders: Sequence[str]
    buttons: Sequence[str]


def every(session: Session, channel: str) -> list[TemplateRow]:
    """All of a channel's, by name and language."""
    rows = session.scalars(
        select(Template).where(Template.channel == channel).order_by(Template.name, Template.language)
    )
    return [_row(row) for row in rows]


def one(session: Session, channel: str, name: str, language: str) -> TemplateRow | None:
    """One of them, or None. Within a transaction it is looked up once: a campaign asks for every message."""
    known: dict[tuple[str, str, str], TemplateRow | None] = session.info.setdefault(_KNOWN, {})
    key = (channel, name, language)
    if key not in known:
        found = _find(session, channel, name, language)
        known[key] = None if found is None else _row(found)
    return known[key]


def submitted(
    session: Session, channel: str, what: Submitted, now: datetime, *, status: str, given: str, platform_id: str | None
) -> None:
    """It is at the platform since ``now``, as it was then; ``given`` is the category that the platform put it into."""
    row = _find(session, channel, what.name, what.language)
    if row is None:
        row = Template(
            id=new_id(), channel=channel, name=what.name, language=what.language, category="", given_category="",
            body="", placeholders=[], buttons=[], status="", changed_at=now,
        )  # fmt: skip
        session.add(row)
    row.category, row.given_category = what.category, given or what.category
    row.body, row.placeholders, row.buttons = what.body, list(what.placeholders), list(what.buttons)
    row.status, row.reason, row.platform_id = status, None, platform_id or row.platform_id
    row.submitted_at = row.changed_at = row.status_at = row.category_at = now
    _changed(session)
    audit.record(session, "system", "template.submit", "template", row.id, now, name=what.name, language=what.language)


def told(
    session: Session,
    channel: str,
    now: datetime,
    *,
    at: datetime | None = None,
    platform_id: str = "",
    name: str = "",
    language: str = "",
    status: str = "",
    reason: str = "",
    category: str = "",
    quality: str = "",
) -> TemplateRow | None:
    """The platform says something of a template, as it was at ``at``; what is empty was not said. The row as it is now;
    None when it is none of ours.

    News come in any order: what is older than what is known changes nothing.
    """
    row = None
    if platform_id:
        row = session.scalar(select(Template).where(Template.channel == channel, Template.platform_id == platform_id))
    row = row or _find(session, channel, name, language)
    if row is None or (platform_id and row.platform_id and row.platform_id != platform_id):
        # Of one that went by this name before, or goes by it elsewhere.
        return None
    before = (row.status, row.given_category, row.reason, row.quality)
    since = min(at or now, now)
    if status and _is_news(since, row.status_at):
        row.status, row.reason, row.status_at = status[:24], reason[:64] or None, since
    if category and _is_news(since, row.category_at):
        row.given_category, row.category_at = category[:16], since
    row.quality = quality[:16] or row.quality
    row.platform_id = row.platform_id or platform_id or None
    if (row.status, row.given_category, row.reason, row.quality) != before:
        row.changed_at = now
        audit.record(
            session, "system", "template.change", "template", row.id, now,
            name=row.name, language=row.language, status=row.status, category=row.given_category,
        )  # fmt: skip
    _changed(session)
    return _row(row)


def said_by(session: Session, attempt_id: str) -> tuple[str, str] | None:
    """The message that a try said, and in which of our languages; None for a try that is none of ours."""
    attempt = session.get(Attempt, attempt_id)
    if attempt is None or attempt.said is None:
        return None
    said = codec.loads(sealed.must_get(session, attempt, "said"))
    return session.get_one(Message, attempt.message_id).say, str(said.get("language", ""))


def accept_category(session: Session, channel: str, name: str, now: datetime, actor: str) -> int:
    """The operator agrees to the category that the platform gave; how many languages that concerns."""
    rows = session.scalars(
        select(Template).where(
            Template.channel == channel, Template.name == name, Template.category != Template.given_category
        )
    ).all()
    for row in rows:
        row.category, row.changed_at = row.given_category, now
        audit.record(session, actor, "template.accept", "template", row.id, now, category=row.category)
    _changed(session)
    return len(rows)


def alarms(session: Session) -> list[TemplateRow]:
    """Those that an operator should look at: rejected, paused, disabled or moved to another category."""
    rows = session.scalars(
        select(Template)
        .where(
            or_(
                Template.status.in_(("rejected", "paused", "disabled", "flagged", "archived")),
                Template.category != Template.given_category,
            )
        )
        .order_by(Template.name, Template.language)
    )
    return [_row(row) for row in rows]


def _is_news(at: datetime, known: datetime | None) -> bool:
    # The platform tells whole seconds.
    return known is None or at >= known.replace(microsecond=0)


def _changed(session: Session) -> None:
    session.flush()
    session.info.pop(_KNOWN, None)


def _find(session: Session, channel: str, name: str, language: str) -> Template | None:
    return session.scalar(
        select(Template).where(Template.channel == channel, Template.name == name, Template.language == language)
    )


def _row(row: Template) -> TemplateRow:
    return TemplateRow(
        row.channel, row.name, row.language, row.category, row.given_category, row.body, tuple(row.placeholders),
        tuple(row.buttons), row.status, row.reason, row.quality, row.platform_id, row.submitted_at, row.changed_at,
    )  # fmt: skip
