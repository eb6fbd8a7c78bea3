"""What follows from updates that are no messages: receipts, other keys of a person, templates, what people want.

Each is noted under its own key in the same transaction, so that it is done once however often it comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.channels.whatsapp import catalogue, failures
from bot.channels.whatsapp.incoming import CHANNEL
from bot.channels.whatsapp.updates import Changed, Piece, Preference, Status, TemplateNews, Update
from store import identity, news, outbox, receipts, templates
from store.database import Session
from store.results import ALARMS, Failed

log = structlog.get_logger(__name__)


def receive(statuses: Sequence[Status], session: Session, now: datetime) -> None:
    """What became of messages of ours, all of a POST at once."""
    found = [
        receipts.Receipt(
            status.state, min(status.at or now, now), tracker=status.tracker, external_id=status.message_id,
            failed=None if status.error is None else status.error.outcome(),
        )
        for status in statuses
    ]  # fmt: skip
    receipts.receive(session, CHANNEL, found, now)
    for status, receipt in zip(statuses, found, strict=True):
        if isinstance(receipt.failed, Failed):
            _failed_later(session, status, receipt.failed, receipt.at)


def _failed_later(session: Session, status: Status, failed: Failed, at: datetime) -> None:
    """What follows beside what ``receipts`` does for the message, its address and the channel."""
    tell = log.error if failed.kind in ALARMS else log.info
    tell("failed_later", channel=CHANNEL, code=failed.code, failure=failed.kind.value)
    if failed.code == failures.MARKETING_STOPPED:
        identity.set_marketing(session, CHANNEL, status.keys, at, stops=True)
    if failed.code in failures.TEMPLATE_STATES and status.tracker is not None:
        said = templates.said_by(session, status.tracker)
        named = None if said is None else catalogue.named(*said)
        if named is not None:
            withdraw(session, *named, failed.code, at)


def withdraw(session: Session, name: str, language: str, code: str, at: datetime) -> None:
    """Meta refuses a template with one of ``failures.TEMPLATE_STATES``: it rests until Meta says otherwise."""
    status = failures.TEMPLATE_STATES[code]
    templates.told(session, CHANNEL, at, at=at, name=name, language=language, status=status, reason=code)


def note(found: Sequence[Update], session: Session, now: datetime) -> None:
    """Anything else, each once."""
    for update in found:
        _note(update, session, now)


def _note(update: Update, session: Session, now: datetime) -> None:
    match update:
        case Changed():
            identity.take_turns(session, CHANNEL, [update.old, update.new])
            if _is_new(session, update.external_id, "system", now):
                identity.changed(session, CHANNEL, update.old, update.new, now)
        case Preference():
            if _is_new(session, update.external_id, "user_preferences", now):
                identity.set_marketing(session, CHANNEL, update.keys, update.at or now, stops=update.stops)
        case TemplateNews():
            if _is_new(session, update.external_id, "template", now):
                _note_template(session, update, now)
        case Piece():
            _keep(session, update, now)


def _is_new(session: Session, external_id: str, code: str, now: datetime) -> bool:
    return news.keep(session, CHANNEL, external_id, now, code=code)


def _keep(session: Session, piece: Piece, now: datetime) -> None:
    state: news.State = "done" if piece.is_known else "quarantined"
    payload = None if piece.is_known else piece.raw
    if news.keep(session, CHANNEL, piece.external_id, now, code=piece.code, state=state, payload=payload):
        (log.info if piece.is_known else log.warning)("whatsapp_update", kind=piece.code, state=state)


def _note_template(session: Session, told: TemplateNews, now: datetime) -> None:
    row = templates.told(
        session, CHANNEL, now, at=told.at, platform_id=told.platform_id, name=told.name, language=told.language,
        status=told.status, reason=told.reason, category=told.category, quality=told.quality,
    )  # fmt: skip
    if row is None:
        # One of ours is approved sooner than the answer to our handing it in is stored: the next look finds it.
        if not any(told.name == form.platform_name(code) for form in catalogue.forms() for code in catalogue.META):
            log.info("template_of_others")
        return
    if told.coming_category:
        log.error("template_will_be_reclassed", template=row.name, language=row.language)
    if row.is_usable:
        release(session)
    elif told.status or told.category:
        log.error("template_not_usable", template=row.name, language=row.language, why=row.why_not, reason=row.reason)


def release(session: Session) -> int:
    """A template may be used (again): what waited for one is looked at now. How many messages that was."""
    return outbox.release_held(session, channel=CHANNEL, reasons=HELD_REASONS)


# Why ``window.prepare`` and a paused template keep a message waiting.
HELD_REASONS = (
    "no_template", "template", "template_reclassed", "template_outdated", "template_pending", "template_rejected",
    "template_paused", "template_disabled", "template_in_appeal", "template_deleted", "template_archived",
)  # fmt: skip
