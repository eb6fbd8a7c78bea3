"""The chat page's API: send a message and get the replies, ask for what came later, fetch a document.

An answer is ``{"talk": id or null, "messages": [...], "more": bool}``. ``talk`` names the count that the numbers of the
messages belong to; when it is another one than before, the page begins to count anew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import documents
from bot.bootstrap import App
from bot.channels.web import Web
from bot.messages import Document, Incoming, Outgoing
from bot.web.asked import Asked, check_after, check_talk, read_asked
from bot.web.failures import Rejected
from bot.web.pace import Pace
from bot.web.shown import heard, shown
from bot.web.turns import Turns
from bot.web.visitor import Visitors
from store import outbox, people
from store.outbox import Said

CHANNEL = "web"
PAGE = 100  # messages an answer holds at most
_NEWCOMERS = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """What a visitor can read now. ``talk`` is None when nobody is behind the address."""

    talk: str | None
    said: list[Said]

    def form(self) -> dict[str, Any]:
        return {"talk": self.talk, "messages": [shown(s) for s in self.said], "more": len(self.said) == PAGE}


class Chat:
    """The three routes over one app."""

    def __init__(self, app: App, web: Web, visitors: Visitors) -> None:
        self._app = app
        self._web = web
        self._visitors = visitors
        self._turns = Turns()
        self._pace = Pace(burst=15, per_second=0.5)
        # New visitors share one: they cost a row each before anything is known of them.
        self._newcomers = Pace(burst=60, per_second=20)

    def routes(self) -> list[Route]:
        """To be mounted at the root."""
        return [
            Route("/chat/send", self.send, methods=["POST"]),
            Route("/chat/updates", self.updates),
            Route("/chat/document/{number:int}", self.document),
        ]

    async def send(self, request: Request) -> Response:
        """Take one message through its turn; the replies to it (and what else was not read yet)."""
        self._visitors.refuse_strangers(request)
        asked = await read_asked(request)
        known = self._visitors.address(request)
        self._slow_down(known)
        address = known or self._visitors.new_address()
        async with self._turns.turn(address):
            with self._web.listen(address) as said:
                await self._take(asked, address)
            read = await to_thread.run_sync(self._read, address, asked.after, asked.talk)
        response = JSONResponse(_answer(read, said))
        if read.talk is None:
            self._visitors.drop(request, response)
        else:
            self._visitors.keep(request, response, address)
        return response

    def _slow_down(self, known: str | None) -> None:
        seconds = self._pace.wait(known) if known else self._newcomers.wait(_NEWCOMERS)
        if seconds:
            raise Rejected(429, retry_after=max(1, math.ceil(seconds)))

    async def _take(self, asked: Asked, address: str) -> None:
        # The id counts within its address: nobody's id can shadow another's, and a first message whose answer (with
        # the cookie) was lost on the way is a new visitor's when it is tried again.
        incoming = Incoming(
            CHANNEL, address, f"{address}:{asked.id}", text=asked.text, choice=asked.choice,
            media="location" if asked.location else None, location=asked.location,
        )  # fmt: skip
        if await self._app.handle(incoming) is not None:
            return
        # Stored before: the page tries again because it saw no answer, so look whether there is one to be made.
        address_id = await to_thread.run_sync(self._address_id, address)
        if address_id is not None:
            await self._app.work(address_id)

    def _address_id(self, address: str) -> str | None:
        with self._app.store.read() as session:
            whom = people.find(session, CHANNEL, address)
            return whom.address_id if whom else None

    async def updates(self, request: Request) -> Response:
        """What was said since ``after`` (in ``talk``); all that is still kept without them."""
        after = _number(request.query_params.get("after", "0"))
        talk = check_talk(request.query_params.get("talk", ""))
        address = self._visitors.address(request)
        if address is None:
            return JSONResponse(_Read(None, []).form())
        read = await to_thread.run_sync(self._read, address, after, talk)
        return JSONResponse(read.form())

    def _read(self, address: str, after: int, talk: str) -> _Read:
        with self._app.store.read() as session:
            whom = people.find(session, CHANNEL, address)
            if whom is None:
                return _Read(None, [])
            # Numbers of an address that was erased since say nothing about this one.
            since = after if talk in ("", whom.address_id) else 0
            return _Read(whom.address_id, outbox.said_since(session, whom.address_id, since, PAGE))

    async def document(self, request: Request) -> Response:
        """The file of one of the visitor's own messages, made anew from what is kept now; 404 for any other."""
        number = check_after(request.path_params["number"])
        address = self._visitors.address(request)
        file = await to_thread.run_sync(self._document, address, number) if address else None
        if file is None:
            raise Rejected(404)
        return Response(
            file.content,
            media_type=file.media_type,
            headers={"Content-Disposition": f"attachment; filename*=utf-8''{quote(file.name)}"},
        )

    def _document(self, address: str, number: int) -> Document | None:
        with self._app.store.read() as session:
            whom = people.find(session, CHANNEL, address)
            # The number counts within the visitor's own address, so no other person's message can be named.
            found = outbox.said_since(session, whom.address_id, number - 1, 1) if whom else []
            if whom is None or not found or found[0].number != number or found[0].document is None:
                return None
            code = str(found[0].said.get("language", ""))
            return documents.document(
                self._app.store, session, found[0].document, whom.person_id, code, self._app.clock()
            )


def _answer(read: _Read, said: list[Outgoing]) -> dict[str, Any]:
    """Somebody who was erased in this turn is told so from what was heard; the store keeps nothing of it."""
    if read.talk is not None:
        return read.form()
    return {"talk": None, "messages": [heard(message) for message in said], "more": False}


def _number(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 10:
        raise Rejected(422, "after must be the number of a message.")
    return check_after(int(value))
