"""A Bot API server that keeps Telegram's real rules and writes down everything it accepted.

It is the oracle of the Telegram tests: what a person sees is read here, not from the program under test. ``faults``
makes the next calls go wrong as networks do.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.platforms import faults as mishaps
from tests.platforms import telegram_rules as rules
from tests.platforms.faults import Fault, Mishaps
from tests.platforms.server import Answered, Asked, Server
from tests.platforms.telegram_people import Person
from tests.platforms.telegram_rules import Refusal, bad
from tests.platforms.telegram_updates import Updates, Webhook

TOKEN = "123456789:AAtest-Token_of-a-bot-that-does-not-exist"
EMPTY_YES = b'{"ok": true, "result": {}}'

__all__ = ["TOKEN", "BotApi", "Call", "Chat", "Fault", "Mishaps", "Press", "Shown"]


@dataclass(frozen=True)
class Call:
    """A row of the ledger: one call, with what it led to. ``fields`` are as they were sent."""

    method: str
    fields: dict[str, Any]
    status: int
    description: str | None


@dataclass(frozen=True)
class Shown:
    """A message on a person's phone. ``document`` is (name, media type, bytes)."""

    message_id: int
    text: str
    markup: dict[str, Any] | None = None
    document: tuple[str, str, bytes] | None = None
    at: float = field(default_factory=time.time, compare=False)

    @property
    def rows(self) -> list[list[tuple[str, str]]]:
        """The buttons under it: (label, id), row by row."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [[(b["text"], b["callback_data"]) for b in row] for row in rows]

    @property
    def buttons(self) -> list[tuple[str, str]]:
        return [button for row in self.rows for button in row]


@dataclass
class Chat:
    """A private chat: what the person sees. ``keyboard`` is the one in place of the letters, or None."""

    id: int
    is_blocked: bool = False
    is_deactivated: bool = False
    keyboard: dict[str, Any] | None = None
    shown: list[Shown] = field(default_factory=list)


@dataclass
class Press:
    """A button press that the bot may answer once, soon."""

    at: float
    is_answered: bool = False


class BotApi:
    """Open it with ``async with``; ``url`` is the base address. ``slowness`` as in ``Updates``; ``chat_burst`` is how
    many messages at once a chat takes, for tests that are not about that."""

    def __init__(
        self,
        *,
        slowness: float = 0.01,
        late_seconds: float = 1.0,
        chat_burst: int = rules.CHAT_BURST,
        answer_seconds: float = 0.0,
        port: int = 0,
    ) -> None:
        self._shift = 0.0
        self._stands: float | None = None
        self._late = late_seconds
        self._slowness = slowness
        self._answer_seconds = answer_seconds
        self._server = Server(self._handle, port)
        self._message = 0
        self._press = 0
        self.rates = rules.Rates(chat_burst)
        self.ledger: list[Call] = []
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.faults: defaultdict[str, deque[Fault | Refusal]] = defaultdict(deque)
        self.mishaps: Mishaps | None = None
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.token = TOKEN

    async def __aenter__(self) -> BotApi:
        self.updates = Updates(self.now, self._slowness)
        await self._server.__aenter__()
        self.url = f"http://127.0.0.1:{self._server.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.updates.close()
        await self._server.__aexit__()

    def now(self) -> float:
        """Seconds that only grow; ``advance`` lets time pass."""
        return (self._stands or time.monotonic()) + self._shift

    def advance(self, seconds: float) -> None:
        self._shift += seconds

    def stand_still(self) -> None:
        """Only ``advance`` moves the time from here on."""
        self._stands = time.monotonic()

    def person(self, chat_id: int) -> Person:
        """Someone with a phone. They exist for the bot once they have written to it."""
        return Person(self, chat_id)

    def calls(self, method: str) -> list[Call]:
        return [call for call in self.ledger if call.method == method]

    def count_on(self, start: int) -> None:
        """Number messages, presses and updates from here on, so that no earlier run had the same numbers."""
        self._message = self._press = start
        self.updates.count_on(start)

    def next_message(self) -> int:
        self._message += 1
        return self._message

    def next_press(self) -> str:
        self._press += 1
        name = f"press-{self._press}"
        self.presses[name] = Press(self.now())
        return name

    async def until(self, holds: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Wait for something to become true; its value. TimeoutError with the ledger otherwise."""
        deadline = time.monotonic() + seconds
        while not (value := holds()):
            if time.monotonic() > deadline:
                raise TimeoutError([(c.method, c.status, c.description) for c in self.ledger])
            await asyncio.sleep(0.005)
        return value

    # -- calls --------------------------------------------------------------------------------------------------------

    async def _handle(self, asked: Asked) -> Answered:
        _, bot, method = (*asked.path.split("?")[0].split("/"), "", "")[:3]
        fault = self.faults[method].popleft() if self.faults[method] else None
        if fault is None and method in ("sendMessage", "sendDocument") and self.mishaps is not None:
            fault = self.mishaps.next()
        if self._answer_seconds:
            await asyncio.sleep(self._answer_seconds)
        if (refused := mishaps.before(fault)) is not None:
            return refused
        answered = await self._answer(bot, method, await asked.fields(), fault)
        if fault is Fault.LATE:
            await asyncio.sleep(self._late)
        return mishaps.after(fault, EMPTY_YES) or answered

    async def _answer(self, bot: str, method: str, fields: dict[str, Any], fault: Fault | Refusal | None) -> Answered:
        try:
            if isinstance(fault, Refusal):
                raise fault
            if bot != f"bot{self.token}":
                raise Refusal(401, "Unauthorized")
            carry_out = getattr(self, f"_{method}", None)
            if carry_out is None:
                raise Refusal(404, "Not Found")
            result = await carry_out(fields)
        except Refusal as refusal:
            self.ledger.append(Call(method, fields, refusal.status, refusal.description))
            answer = {"ok": False, "error_code": refusal.status, "description": refusal.description}
            if refusal.parameters:
                answer["parameters"] = refusal.parameters
            return Answered(refusal.status, json.dumps(answer).encode(), {"Content-Type": "application/json"})
        if fault is Fault.SWALLOWED and method in ("sendMessage", "sendDocument"):
            self.chats[int(fields["chat_id"])].shown.pop()
        self.ledger.append(Call(method, fields, 200, None))
        body = json.dumps({"ok": True, "result": result}).encode()
        return Answered(200, body, {"Content-Type": "application/json"})

    def _chat(self, fields: dict[str, Any]) -> Chat:
        try:
            chat = self.chats[int(fields["chat_id"])]
        except (KeyError, ValueError):
            raise bad("chat not found") from None
        if chat.is_deactivated:
            raise Refusal(403, "Forbidden: user is deactivated")
        if chat.is_blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return chat

    def _show(self, chat: Chat, shown: Shown) -> dict[str, Any]:
        chat.shown.append(shown)
        if shown.markup and "keyboard" in shown.markup:
            chat.keyboard = shown.markup
        elif shown.markup and shown.markup.get("remove_keyboard"):
            chat.keyboard = None
        return {"message_id": shown.message_id, "date": int(time.time()), "chat": {"id": chat.id, "type": "private"}}

    async def _sendMessage(self, fields: dict[str, Any]) -> dict[str, Any]:
        chat, text = self._chat(fields), rules.check_text(fields.get("text"))
        markup = rules.check_markup(rules.read_json(fields, "reply_markup"))
        self.rates.check(chat.id, self.now())
        return {**self._show(chat, Shown(self.next_message(), text, markup)), "text": text}

    async def _sendDocument(self, fields: dict[str, Any]) -> dict[str, Any]:
        chat, document = self._chat(fields), rules.check_file(fields.get("document"))
        if len(fields.get("caption", "")) > rules.CAPTION_LENGTH:
            raise bad("message caption is too long")
        markup = rules.check_markup(rules.read_json(fields, "reply_markup"))
        self.rates.check(chat.id, self.now())
        shown = Shown(self.next_message(), fields.get("caption", ""), markup, document)
        file = {"file_id": "f", "file_unique_id": "u", "file_name": document[0]}
        return {**self._show(chat, shown), "document": file}

    async def _answerCallbackQuery(self, fields: dict[str, Any]) -> bool:
        press = self.presses.get(fields.get("callback_query_id", ""))
        if press is None or press.is_answered or self.now() - press.at > rules.PRESS_SECONDS:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        press.is_answered = True
        return True

    async def _getUpdates(self, fields: dict[str, Any]) -> list[Any]:
        offset = int(fields["offset"]) if "offset" in fields else None
        kinds = rules.read_json(fields, "allowed_updates")
        return await self.updates.fetch(offset, int(fields.get("limit", 100)), float(fields.get("timeout", 0)), kinds)

    async def _setWebhook(self, fields: dict[str, Any]) -> bool:
        rules.check_webhook(fields)
        kinds = set(rules.read_json(fields, "allowed_updates") or rules.KINDS)
        webhook = Webhook(fields["url"], fields.get("secret_token", ""), int(fields.get("max_connections", 40)), kinds)
        self.updates.set_webhook(webhook, drop=fields.get("drop_pending_updates") == "true")
        return True

    async def _deleteWebhook(self, fields: dict[str, Any]) -> bool:
        self.updates.set_webhook(None, drop=fields.get("drop_pending_updates") == "true")
        return True

    async def _setMyCommands(self, fields: dict[str, Any]) -> bool:
        self.commands[fields.get("language_code", "")] = rules.check_commands(rules.read_json(fields, "commands"))
        return True

    async def _getWebhookInfo(self, fields: dict[str, Any]) -> dict[str, Any]:
        webhook = self.updates.webhook
        failed = any(pushed.status != 200 for pushed in self.updates.pushed)
        return {
            "url": webhook.url if webhook else "", "has_custom_certificate": False,
            "pending_update_count": len(self.updates.waiting),
            **({"last_error_message": "Connection refused"} if failed else {}),
        }  # fmt: skip

    async def _getMe(self, fields: dict[str, Any]) -> dict[str, Any]:
        return {"id": 123456789, "is_bot": True, "first_name": "Labas", "username": "labas_test_bot"}
