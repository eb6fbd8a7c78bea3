"""One turn, top to bottom: take the next message of a person, read it, decide, and write everything at once.

Three transactions: the message is stored (then the platform gets its answer); it is claimed; what it led to is written
together with the mark that it is answered. Nothing is sent before that commit, and no transaction is open while the
model reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import structlog
from anyio import CapacityLimiter, to_thread

from bot import flood
from bot.languages import DEFAULT_LANGUAGE
from bot.logs import where
from bot.messages import Incoming
from bot.pointing import MOST_WORDS, pointed
from dialogues import router, yes_no
from dialogues.effects import Effect, Say, SetLanguage
from dialogues.errors import Refused
from dialogues.facts import Facts
from dialogues.reading import Reading
from dialogues.standing import PREFIX
from dialogues.talk import Talk
from nlu.normalise import normal_text
from store import inbox, outbox, people, talks
from store.clock import local
from store.database import Session, Store
from store.errors import LeaseLost
from store.perform import Performed, perform

log = structlog.get_logger(__name__)

# Messages that are being stored at the same time; the others wait for their turn, in order.
ACCEPTING = 8
# People who are being answered at the same time. Whoever has a message in hand must come to its end long before its
# lease does, also while thousands of others wait: those wait unclaimed.
ANSWERING = 32
# How many words it takes to see that somebody now writes another language; more for a mere detail.
WORDS_OF_LANGUAGE, WORDS_OF_DETAIL = 2, 4
# Darija in Arabic letters and Arabic share most words, so it takes more of them to tell one from the other.
WORDS_OF_REGISTER = 2
_DETAILS = frozenset({"inform", "affirm", "deny", "out_of_scope", None})
_NAMES = frozenset({"name", "commune", "facility"})


class Reads(Protocol):
    """What makes a reading of a text (``nlu.reader.Reader``)."""

    async def read(self, text: str, now: datetime) -> Reading: ...


class Conversation:
    """Turns over one store. ``clock`` gives the moment as aware UTC."""

    def __init__(self, store: Store, reader: Reads, clock: Callable[[], datetime]) -> None:
        self._store = store
        # Threads of their own: what comes in is stored however many turns are being taken.
        self._accepting = CapacityLimiter(ACCEPTING)
        self._answering = asyncio.Semaphore(ANSWERING)
        self._reader = reader
        self._clock = clock

    async def accept(self, incoming: Incoming) -> str | None:
        """Store a message durably; the id of its address, or None when it was stored before (a repeated webhook)."""

        def work(session: Session) -> str | None:
            accepted = inbox.accept(
                session, incoming.channel, incoming.external_id, incoming.address, incoming.to_payload(), self._clock()
            )
            return accepted.address_id if accepted else None

        return await to_thread.run_sync(self._store.run, work, limiter=self._accepting)

    async def answer(self, address_id: str) -> list[str]:
        """Answer all waiting messages of an address, in order; the ids of the addresses that now have something to be
        sent. Messages that fail three times are set aside, with an apology."""
        async with self._answering:
            return await self._answer(address_id)

    async def _answer(self, address_id: str) -> list[str]:
        touched: list[str] = []
        while (claimed := await to_thread.run_sync(self._claim, address_id)) is not None:
            try:
                touched.append(await self._take_turn(claimed))
            except LeaseLost:
                log.warning("turn_taken_over", inbox=claimed.id)
                break
            except Exception as error:  # noqa: BLE001
                # The boundary of a turn: whatever went wrong is logged by its kind alone, and nothing of it is kept.
                log.error("turn_failed", inbox=claimed.id, error=type(error).__name__, where=where(error))
                await to_thread.run_sync(self._give_up, claimed, type(error).__name__)
                touched.append(claimed.address_id)
        return list(dict.fromkeys(touched))

    def _claim(self, address_id: str) -> inbox.Claimed | None:
        return self._store.run(lambda session: inbox.claim(session, address_id, self._clock()))

    def _give_up(self, claimed: inbox.Claimed, code: str) -> None:
        def work(session: Session) -> None:
            now = self._clock()
            inbox.give_up(session, claimed, now, code)
            if claimed.deliveries >= inbox.MOST_DELIVERIES:
                perform(
                    session,
                    [Say("something_wrong")],
                    actor="system",
                    person_id=claimed.person_id,
                    address_id=claimed.address_id,
                    now=now,
                    language=self._language_of(session, claimed),
                )

        self._store.run(work)

    async def _take_turn(self, claimed: inbox.Claimed) -> str:
        incoming = Incoming.from_payload(claimed.channel, "", claimed.external_id, dict(claimed.payload))
        if flood.is_flood(claimed):
            heard = await flood.read(incoming, local(self._clock()))
            if heard is None:
                return await to_thread.run_sync(self._pass_over, claimed)
            return await to_thread.run_sync(self._write_turn, claimed, heard)
        reading = await self._read(incoming)
        return await to_thread.run_sync(self._write_turn, claimed, reading)

    def _pass_over(self, claimed: inbox.Claimed) -> str:
        """One message too many of somebody: it is not answered, which they are told once."""

        def work(session: Session) -> None:
            now = self._clock()
            is_owned = talks.is_owned(session, claimed.person_id, now)
            if not is_owned and not flood.is_told(session, claimed, now):
                self._perform(session, [Say(flood.NOTICE)], claimed, now, self._language_of(session, claimed))
            inbox.finish(session, claimed, now)

        self._store.run(work)
        return claimed.address_id

    @staticmethod
    def _language_of(session: Session, claimed: inbox.Claimed) -> str:
        return people.language_of(session, claimed.person_id) or DEFAULT_LANGUAGE

    async def _read(self, incoming: Incoming) -> Reading:
        if incoming.choice is not None:
            return Reading(choice=incoming.choice)
        if incoming.media is not None:
            return Reading(media=incoming.media, location=incoming.location)
        return await self._reader.read(incoming.text or "", local(self._clock()))

    def _write_turn(self, claimed: inbox.Claimed, reading: Reading) -> str:
        return self._store.run(lambda session: self._decide_and_write(session, claimed, reading))

    def _decide_and_write(self, session: Session, claimed: inbox.Claimed, reading: Reading) -> str:
        now = self._clock()
        facts = self._store.facts(session, claimed.person_id, now)
        stored = talks.load(session, claimed.person_id, now)
        talk = Talk.from_json(stored.state) if stored else Talk()
        if stored is not None and stored.owner is not None and not _heard_while_owned(reading):
            inbox.finish(session, claimed, now)
            return claimed.address_id
        reading = _tapped_by_words(session, claimed.address_id, talk, reading)
        language = _language(reading, talk, facts)
        turn = router.route(talk, reading, facts)
        remarks = _remarks(reading, language, facts, with_media=bool(claimed.payload.get("with_media")))
        effects = [*remarks, *turn.effects]
        try:
            done = self._perform(session, effects, claimed, now, language)
        except Refused as refused:
            turn = router.retry(turn.attempted, refused.reason, facts)
            done = self._perform(session, [*remarks, *turn.effects], claimed, now, language)
        if done.person_id == claimed.person_id:
            talks.save(
                session,
                claimed.person_id,
                flow=turn.talk.flow or "",
                version=str(turn.talk.version),
                state=turn.talk.to_json(),
                now=now,
            )
        inbox.finish(session, claimed, now)
        return done.address_id

    def _perform(
        self, session: Session, effects: Sequence[Effect], claimed: inbox.Claimed, now: datetime, language: str
    ) -> Performed:
        return perform(
            session, effects, actor="person", person_id=claimed.person_id, address_id=claimed.address_id,
            inbox_id=claimed.id, now=now, language=language,
        )  # fmt: skip


def _tapped_by_words(session: Session, address_id: str, talk: Talk, reading: Reading) -> Reading:
    """Somebody who types the words of a button means the button, whatever else the words could be; so does the number
    of a button under a reminder, which came after the talk's own last message, and a yes to what it asks."""
    if not 0 < len(reading.words) <= MOST_WORDS or reading.danger:
        return reading
    shown = outbox.last_said(session, address_id)
    choices = list(shown.said.get("choices", ())) if shown else []
    typed = normal_text(reading.text)
    standing_alone = [c for c in choices if str(c["id"]).startswith(PREFIX) and c["id"] not in talk.offered]
    for number, choice in enumerate(choices, 1):
        is_offered = choice["id"] in talk.offered or choice in standing_alone
        is_numbered = choice in standing_alone and f"number:{number}" in reading.cues
        if is_offered and (normal_text(str(choice["label"])) == typed or is_numbered):
            return replace(reading, choice=str(choice["id"]))
    if talk.flow is None or standing_alone:
        agreed = yes_no.meant(shown.say if shown else None, [str(c["id"]) for c in choices], reading)
        if agreed is not None:
            return replace(reading, choice=agreed)
    return replace(reading, pointed=pointed(reading.text, [c for c in choices if c["id"] in talk.offered]))


def _heard_while_owned(reading: Reading) -> bool:
    """While a staff member owns the talk the bot is silent, except for danger and STOP."""
    return bool(reading.danger) or "stop" in reading.cues or reading.choice == "go=stop_reminders"


def _language(reading: Reading, talk: Talk, facts: Facts) -> str:
    """Replies follow the person's writing until they ask for a language.

    A name, a town or a one-word answer says little about how somebody writes ("oui" and "merci" are Darija too), so
    it changes nothing once a language is known.
    """
    person = facts.person
    if person.language is None or reading.variety is None:
        return person.language or reading.variety or DEFAULT_LANGUAGE
    is_detail = talk.asked in _NAMES or talk.flow == "triage" or reading.intent in _DETAILS or not reading.is_sure
    needed = WORDS_OF_DETAIL if is_detail else WORDS_OF_LANGUAGE
    if {person.language, reading.variety} == {"ary", "ar"}:
        needed += WORDS_OF_REGISTER
    if person.language_fixed or len(reading.words) < needed:
        return person.language
    return reading.variety


def _remarks(reading: Reading, language: str, facts: Facts, *, with_media: bool) -> list[Effect]:
    made: list[Effect] = []
    if language != facts.person.language and (reading.variety or facts.person.language):
        made.append(SetLanguage(language, fixed=False))
    if with_media:
        made.append(Say("media.not_seen"))
    if reading.truncated:
        made.append(Say("text_too_long"))
    return made
