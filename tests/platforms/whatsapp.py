"""A Cloud API server that keeps WhatsApp's real rules and writes down everything it accepted.

It is the oracle of the WhatsApp tests: what a person sees is read here, not from the program under test. ``faults``
makes the next calls go wrong as networks do, or with Meta's own codes; ``webhooks.how`` makes the way back as bad.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import secrets
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from tests.platforms import faults as mishaps
from tests.platforms import whatsapp_rules as rules
from tests.platforms.faults import Fault, Mishaps
from tests.platforms.server import Answered, Asked, Server
from tests.platforms.whatsapp_calls import Accepted, Call, as_json, fields_of, name_of, parts_of
from tests.platforms.whatsapp_errors import GraphError
from tests.platforms.whatsapp_media import MediaStore
from tests.platforms.whatsapp_people import Person, Shape, Shown
from tests.platforms.whatsapp_templates import Template, Templates
from tests.platforms.whatsapp_webhooks import Update, Webhooks

TOKEN = "EAAtest-token-of-an-app-that-does-not-exist"
SECRET = "0123456789abcdef0123456789abcdef"
PHONE_ID, ACCOUNT_ID, APP_ID = "106540352242922", "102290129340398", "2718281828459045"
DISPLAY_PHONE = "212500000000"

__all__ = [
    "ACCOUNT_ID", "APP_ID", "DISPLAY_PHONE", "PHONE_ID", "SECRET", "TOKEN", "Accepted", "Call", "CloudApi", "Fault",
    "GraphError", "Mishaps", "Person", "Shown",
]  # fmt: skip


class CloudApi:
    """Open it with ``async with``; ``url`` is the base address (before the version).

    ``tier`` is how many people a day may be written to outside their windows; ``answer_seconds`` how long an answer
    takes; ``slowness`` stretches the waits between repeated webhooks; ``blocked_code`` is what a message to somebody
    who blocked the number meets (None: it is never delivered and nobody says so).
    """

    def __init__(
        self,
        *,
        slowness: float = 0.01,
        late_seconds: float = 1.0,
        answer_seconds: float = 0.0,
        per_second: int = rules.PER_SECOND,
        pair_burst: int = rules.PAIR_BURST,
        tier: int | None = 250,
        delivery_seconds: float = 0.0,
        blocked_code: int | None = 131026,
        port: int = 0,
    ) -> None:
        self._shift = 0.0
        self._stands: float | None = None
        self._late = late_seconds
        self._answer_seconds = answer_seconds
        self._delivery_seconds = delivery_seconds
        self._blocked_code = blocked_code
        self._server = Server(self._handle, port)
        self._ids = itertools.count(1)
        self._run = secrets.token_bytes(6)
        self._people: dict[str, Person] = {}
        self._wrote: dict[str, Person] = {}
        self.token, self.phone_id, self.account_id, self.app_id = TOKEN, PHONE_ID, ACCOUNT_ID, APP_ID
        self.display_phone, self.quality = DISPLAY_PHONE, "GREEN"
        self.rates = rules.Rates(per_second, pair_burst, tier)
        self.webhooks = Webhooks(SECRET, self.now, slowness)
        self.templates = Templates(self._tell_template, self.now)
        self.media = MediaStore(self.now)
        self.ledger: list[Call] = []
        self.accepted: list[Accepted] = []
        self.people: list[Person] = []
        self.faults: defaultdict[str, deque[Fault | GraphError]] = defaultdict(deque)
        self.mishaps: Mishaps | None = None

    async def __aenter__(self) -> CloudApi:
        await self._server.__aenter__()
        self.url = f"http://127.0.0.1:{self._server.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.webhooks.close()
        await self._server.__aexit__()

    def now(self) -> float:
        """Seconds since 1970; ``advance`` lets time pass."""
        return (self._stands or time.time()) + self._shift

    def advance(self, seconds: float) -> None:
        self._shift += seconds

    def stand_still(self) -> None:
        """Only ``advance`` moves the time from here on."""
        self._stands = time.time()

    # -- people -------------------------------------------------------------------------------------------------------

    def person(self, phone: str | None = None, *, shape: Shape = "both", user_id: str | None = None) -> Person:
        """Someone with a phone, the same one for the same number. They can be written to first, by a template."""
        if phone is not None and phone in self._people:
            return self._people[phone]
        number = phone or f"2126{next(self._ids):08d}"
        person = Person(self, number, user_id or self.next_user_id("MA"), shape=shape)
        self.people.append(person)
        self._people |= {person.phone: person, person.user_id: person}
        return person

    def moved(self, person: Person, old_phone: str, old_id: str) -> None:
        """Nobody is behind the old number and the old id any more."""
        for key in (old_phone, old_id):
            self._people.pop(key, None)
        self._people |= {person.phone: person, person.user_id: person}

    def next_user_id(self, country: str) -> str:
        return f"{country}.{13_491_208_655_302_741_000 + next(self._ids)}"

    def next_id(self) -> str:
        return "wamid." + base64.b64encode(b"HBg" + self._run + next(self._ids).to_bytes(9, "big")).decode()

    # -- what tests ask -----------------------------------------------------------------------------------------------

    def calls(self, what: str) -> list[Call]:
        return [call for call in self.ledger if call.what == what]

    def shown_twice(self) -> list[str]:
        """Trackers of messages that somebody has on the screen more than once."""
        seen = Counter(s.tracker for person in self.people for s in person.sees if s.tracker)
        return [tracker for tracker, times in seen.items() if times > 1]

    async def until(self, holds: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Wait for something to become true; its value. TimeoutError with the end of the ledger otherwise."""
        deadline = time.monotonic() + seconds
        while not (value := holds()):
            if time.monotonic() > deadline:
                raise TimeoutError([(c.what, c.status, c.code) for c in self.ledger[-50:]])
            await asyncio.sleep(0.005)
        return value

    async def subscribe(self, url: str, verify_token: str) -> bool:
        return await self.webhooks.subscribe(url, verify_token)

    # -- the way back -------------------------------------------------------------------------------------------------

    def tell(self, field: str, value: dict[str, Any]) -> None:
        """Bring a change about the number to the business."""
        metadata = {"display_phone_number": self.display_phone, "phone_number_id": self.phone_id}
        whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
        self.webhooks.add(Update(self.account_id, field, whole, self.now()))

    def _tell_template(self, field: str, value: dict[str, Any]) -> None:
        self.webhooks.add(Update(self.account_id, field, value, self.now()))

    def inbound(self, person: Person, message: dict[str, Any]) -> None:
        self._wrote[message["id"]] = person
        self.rates.count_inbound(self.now())
        self.tell("messages", {"contacts": [person.contact()], "messages": [message]})

    def tell_status(
        self, person: Person | None, number: str, state: str, *, tracker: str | None, to: str = "",
        error: GraphError | None = None,
    ) -> None:  # fmt: skip
        """One status of a message; a failed one carries no contact, as Meta's do."""
        status: dict[str, Any] = {"id": number, "status": state, "timestamp": str(int(self.now()))}
        contact = person.contact() if person is not None else {"wa_id": to}
        status |= {"recipient_id": contact["wa_id"]} if "wa_id" in contact else {}
        status |= {"recipient_user_id": contact["user_id"]} if "user_id" in contact else {}
        if tracker is not None:
            status["biz_opaque_callback_data"] = tracker
        if error is not None:
            status["errors"] = [error.in_status()]
        else:
            status["pricing"] = {"billable": False, "pricing_model": "PMP", "category": "service"}
        is_new_shape = person is not None and person.shape != "phone" and error is None
        self.tell("messages", ({"contacts": [contact]} if is_new_shape else {}) | {"statuses": [status]})

    # -- calls --------------------------------------------------------------------------------------------------------

    async def _handle(self, asked: Asked) -> Answered:
        path, _, query = asked.path.partition("?")
        parts = parts_of(path)
        if len(parts) == 2 and parts[0] == "media-content":
            return self._content(asked, parts[1])
        is_template = bool(parts) and self.templates.find(parts[0]) is not None
        what = name_of(
            asked.method, parts, self.phone_id, self.account_id, self.app_id, is_template=is_template
        )  # fmt: skip
        fields = await fields_of(asked, what)
        if what == "messages":
            what = "read" if isinstance(fields, dict) and "status" in fields else "send"
        fault = self.faults[what].popleft() if self.faults[what] else None
        if fault is None and what == "send" and self.mishaps is not None:
            fault = self.mishaps.next()
        if self._answer_seconds:
            await asyncio.sleep(self._answer_seconds)
        if (refused := mishaps.before(fault)) is not None:
            return refused
        answered = self._answer(what, asked, parts, fields, dict(parse_qsl(query)), fault)
        if fault is Fault.LATE:
            await asyncio.sleep(self._late)
        return mishaps.after(fault, b"{}") or answered

    def _answer(
        self, what: str, asked: Asked, parts: list[str], fields: Any, query: dict[str, str],
        fault: Fault | GraphError | None,
    ) -> Answered:  # fmt: skip
        kept = fields if isinstance(fields, dict) else {}
        try:
            if isinstance(fault, GraphError) and not (fault.later and what == "send"):
                raise fault
            if asked.headers.get("authorization") != f"Bearer {self.token}":
                raise GraphError(190, "Invalid OAuth access token - Cannot parse access token")
            result = self._carry_out(what, parts, fields, query, fault)
        except GraphError as error:
            self.ledger.append(Call(what, kept, error.status, error.code, self.now()))
            headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
            return as_json(error.status, error.answer(), headers)
        self.ledger.append(Call(what, kept, 200, None, self.now()))
        return as_json(200, result)

    def _carry_out(
        self, what: str, parts: list[str], fields: Any, query: dict[str, str], fault: Fault | GraphError | None
    ) -> dict[str, Any]:
        if what == "send":
            return self._send(fields, fault)
        if what == "read":
            return self._mark_read(fields)
        if what == "media":
            return {"id": self.media.keep(rules.check_file(fields.get("file"), fields)).id}
        if what == "media_address":
            return self.media.address(parts[0], self.url)
        if what == "account":
            return self._number(query)
        if what == "subscribe":
            return self._subscribe(fields)
        if what == "subscriptions":
            apps = [{"whatsapp_business_api_data": {"id": self.app_id, "name": "Labas"}}]
            return {"data": apps if self.webhooks.url else []}
        return self._templates(what, parts, fields, query)

    def _number(self, query: dict[str, str]) -> dict[str, Any]:
        """What was asked for of the number, and nothing else."""
        level = "HIGH" if self.rates.per_second > rules.PER_SECOND else "STANDARD"
        known: dict[str, Any] = {
            "id": self.phone_id, "display_phone_number": f"+{self.display_phone}", "verified_name": "Labas",
            "quality_rating": self.quality, "throughput": {"level": level}, "status": "CONNECTED",
        }  # fmt: skip
        if (tier := rules.TIERS.get(self.rates.tier)) is not None:
            known["whatsapp_business_manager_messaging_limit"] = tier
        return {name: known[name] for name in ("id", *query.get("fields", "").split(",")) if name in known}

    def _templates(self, what: str, parts: list[str], fields: Any, query: dict[str, str]) -> dict[str, Any]:
        if what == "templates":
            return self.templates.page(query)
        if what == "template_create":
            return self.templates.create(rules.as_object(fields))
        if what == "template_delete":
            return self.templates.delete(query)
        template = self.templates.find(parts[0]) if parts else None
        if template is None:
            raise GraphError(100, f"Unsupported request. Object with ID '{'/'.join(parts)}' does not exist", subcode=33)
        if what == "template_unpause":
            self.templates.unpause(template.name, template.language)
            return {"success": True}
        return self.templates.edit(template, rules.as_object(fields)) if what == "template_edit" else template.shown()

    def _subscribe(self, fields: Any) -> dict[str, Any]:
        """Meta asks the address for the challenge before it says yes; here that happens right after."""
        given = rules.as_object(fields)
        url = given.get("override_callback_uri") or given.get("callback_url")
        if not isinstance(url, str):
            raise GraphError(100, "The parameter override_callback_uri is required.")
        self._challenge = asyncio.ensure_future(self.subscribe(url, str(given.get("verify_token", ""))))
        return {"success": True}

    def _content(self, asked: Asked, number: str) -> Answered:
        media = self.media.fetch(number)
        if asked.headers.get("authorization") != f"Bearer {self.token}" or media is None:
            return as_json(401 if media else 404, GraphError(190 if media else 100).answer())
        return Answered(200, media.file[2], {"Content-Type": media.file[1]})

    # -- messages -----------------------------------------------------------------------------------------------------

    def _send(self, fields: Any, fault: Fault | GraphError | None) -> dict[str, Any]:
        fields = rules.check_envelope(fields)
        template: Template | None = None
        if fields.get("type") == "template":
            template, content = self.templates.use(fields)
        else:
            content = rules.read_message(fields)
        document = self.media.find(content.media).file if content.media else None
        if document is not None and content.file_name:
            document = (content.file_name, *document[1:])
        person, contact, known_as = self._recipient(fields)
        now = self.now()
        self.rates.check_throughput(now)
        if person is not None:
            self.rates.check_pair(person.phone, now)
        in_window = person is not None and person.last_inbound is not None and (
            now - person.last_inbound <= rules.WINDOW_SECONDS
        )  # fmt: skip
        named = (template.name, template.language) if template else None
        number, tracker = self.next_id(), fields.get("biz_opaque_callback_data")
        self.accepted.append(Accepted(number, known_as, content, tracker, named, now, in_window))
        failure = fault if isinstance(fault, GraphError) else self._failure(person, template, in_window=in_window)
        if failure is not None and not failure.later:
            self.accepted.pop()
            raise failure
        if failure is not None:
            self.tell_status(person, number, "failed", tracker=tracker, to=known_as, error=failure)
        elif person is not None and fault is not Fault.SWALLOWED:
            until = now + template.ttl if template is not None and template.ttl is not None else None
            self._hand_over(person, Shown(number, content, now, tracker, named, document), until)
        message = {"id": number} | ({"message_status": "accepted"} if template else {})
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]}

    def _recipient(self, fields: dict[str, Any]) -> tuple[Person | None, dict[str, Any], str]:
        """(person or nobody, the contact of the answer, the address). A number goes before a BSUID."""
        if fields.get("to"):
            digits = rules.phone_of(fields["to"])
            if digits == self.display_phone:
                raise GraphError(131021, "Recipient and sender are the same")
            return self._people.get(digits), {"input": str(fields["to"]), "wa_id": digits}, digits
        recipient = fields.get("recipient")
        if not isinstance(recipient, str) or not recipient:
            raise GraphError(100, "The parameter to is required.")
        if not rules.BSUID.fullmatch(recipient):
            raise GraphError(131009, "recipient is not a business-scoped user id")
        return self._people.get(recipient), {"input": recipient, "user_id": recipient}, recipient

    def _failure(self, person: Person | None, template: Template | None, *, in_window: bool) -> GraphError | None:
        """Why a message that was accepted will fail."""
        if person is None or not person.is_on_whatsapp:
            return GraphError(131026, "Message undeliverable.")
        if person.is_blocking and self._blocked_code is not None:
            return GraphError(self._blocked_code, "Message undeliverable.")
        if template is None:
            return None if in_window else GraphError(131047, "More than 24 hours have passed since the last reply.")
        if template.category == "MARKETING" and person.has_stopped_marketing:
            return GraphError(131050, "The user has stopped marketing messages from this business.")
        if not in_window:
            try:
                self.rates.check_tier(person.phone, self.now())
            except GraphError as error:
                return error
        return None

    def _hand_over(self, person: Person, shown: Shown, until: float | None) -> None:
        self.tell_status(person, shown.id, "sent", tracker=shown.tracker)
        if person.is_blocking:
            return
        if self._delivery_seconds:
            asyncio.get_running_loop().call_later(self._delivery_seconds, person.receives, shown, until)
        else:
            person.receives(shown, until)

    def _mark_read(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The blue ticks, and with ``typing_indicator`` the dots for 25 seconds."""
        rules.check_envelope(fields)
        if fields.get("status") != "read":
            raise GraphError(100, "Param status must be one of {READ}")
        person = self._wrote.get(str(fields.get("message_id")))
        if person is None:
            raise GraphError(131009, "message_id is not that of a message that came in")
        person.read_marks.append(fields["message_id"])
        if "typing_indicator" in fields:
            if fields["typing_indicator"] != {"type": "text"}:
                raise GraphError(100, "Param typing_indicator[type] must be one of {TEXT}")
            person.typing_until = self.now() + rules.TYPING_SECONDS
        return {"success": True}
