"""The template book of the account: what Meta checks when one is submitted, its review, and what happens to it later.

A template is known by name and language. What a test (or a person on the phone page) decides about it is told to the
webhook, as Meta does: ``message_template_status_update`` and ``template_category_update``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.whatsapp_errors import GraphError
from tests.platforms.whatsapp_rules import BODY_LENGTH, SMALL_LENGTH, Content

LANGUAGES = {
    "ar", "ar_AE", "ar_EG", "ar_LB", "ar_MA", "ar_QA", "ar_SA", "en", "en_GB", "en_US", "es", "es_ES", "fr", "fr_BE",
    "fr_CA",
}  # fmt: skip
CATEGORIES = {"UTILITY", "MARKETING", "AUTHENTICATION"}
REPLY_LENGTH, REPLIES = 25, 10
TTL = (30, 43_200)
# Paused for three hours, then for six, then for good.
PAUSES = (3 * 3600, 6 * 3600)
# So many edits of an approved template in so many seconds.
EDIT_SECONDS = ((1, 24 * 3600), (10, 30 * 24 * 3600))
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass
class Template:
    """One language of one template. ``status`` in Meta's words: PENDING, APPROVED, REJECTED, PAUSED, DISABLED."""

    id: str
    name: str
    language: str
    category: str
    components: list[dict[str, Any]]
    parameter_format: str = "POSITIONAL"
    ttl: int | None = None
    status: str = "PENDING"
    rejected_reason: str = "NONE"
    paused_until: float = 0.0
    pauses: int = 0
    edits: list[float] = field(default_factory=list)

    def part(self, kind: str) -> dict[str, Any] | None:
        return next((c for c in self.components if str(c.get("type", "")).upper() == kind), None)

    @property
    def body(self) -> str:
        part = self.part("BODY")
        return str(part["text"]) if part else ""

    @property
    def placeholders(self) -> list[str]:
        return list(dict.fromkeys(_PLACEHOLDER.findall(self.body)))

    @property
    def replies(self) -> list[str]:
        """The labels of its quick reply buttons."""
        buttons = (self.part("BUTTONS") or {}).get("buttons", [])
        return [str(b["text"]) for b in buttons if str(b.get("type", "")).upper() == "QUICK_REPLY"]

    def shown(self) -> dict[str, Any]:
        """As the API lists it."""
        return {
            "id": self.id, "name": self.name, "language": self.language, "status": self.status,
            "category": self.category, "components": self.components, "parameter_format": self.parameter_format,
            "rejected_reason": self.rejected_reason, "quality_score": {"score": "UNKNOWN"},
            **({"message_send_ttl_seconds": self.ttl} if self.ttl is not None else {}),
        }  # fmt: skip


@dataclass
class Templates:
    """``tell(field, value)`` brings a change to the webhook; ``approves`` reviews at once in the account's favour."""

    tell: Callable[[str, dict[str, Any]], None]
    clock: Callable[[], float]
    approves: bool = True
    book: dict[tuple[str, str], Template] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1_000_000_000_000_001))

    # -- what the account does ----------------------------------------------------------------------------------------

    def create(self, fields: dict[str, Any]) -> dict[str, Any]:
        template = self._read(fields, str(next(self._ids)))
        if (template.name, template.language) in self.book:
            raise _bad(2388024, "There is already content in this language for this template.")
        self.book[template.name, template.language] = template
        if self.approves:
            self._set(template, "APPROVED")
        return {"id": template.id, "status": "PENDING", "category": template.category}

    def edit(self, template: Template, fields: dict[str, Any]) -> dict[str, Any]:
        if template.status not in ("APPROVED", "REJECTED", "PAUSED"):
            raise _bad(2388025, "Message templates can only be edited when approved, rejected or paused.")
        if template.status == "APPROVED":
            self._check_edit(template, fields)
        whole = {**template.shown(), **fields, "name": template.name, "language": template.language}
        read = self._read(whole, template.id)
        template.components, template.category, template.status = read.components, read.category, "PENDING"
        template.ttl, template.parameter_format = read.ttl, read.parameter_format
        if self.approves:
            self._set(template, "APPROVED")
        return {"success": True}

    def _check_edit(self, template: Template, fields: dict[str, Any]) -> None:
        """An approved one: its category is fixed, and its words change once a day and ten times a month."""
        if str(fields.get("category", template.category)).upper() != template.category:
            raise _bad(2388026, "The category of an approved message template cannot be changed.")
        now = self.clock()
        recent = [at for at in template.edits if at > now - EDIT_SECONDS[-1][1]]
        for most, seconds in EDIT_SECONDS:
            if sum(at > now - seconds for at in recent) >= most:
                raise _bad(2388027, "An approved message template can be edited once a day and ten times a month.")
        template.edits = [*recent, now]

    def page(self, query: dict[str, str]) -> dict[str, Any]:
        """A page: ``limit`` (25 when not told), ``after``, and filters by name, language, status, category."""
        self._end_pauses()
        limit = min(int(query.get("limit", "25") or 25), 100)
        start = int(query.get("after", "0") or 0)
        found = [t for t in self.book.values() if self._fits(t, query)]
        page = {"data": [t.shown() for t in found[start : start + limit]]}
        if start + limit < len(found):
            after = str(start + limit)
            return {**page, "paging": {"cursors": {"before": str(start), "after": after}, "next": f"?after={after}"}}
        return (
            {**page, "paging": {"cursors": {"before": str(start), "after": str(len(found))}}} if page["data"] else page
        )

    @staticmethod
    def _fits(template: Template, query: dict[str, str]) -> bool:
        if query.get("name") and query["name"] not in template.name:
            return False
        return all(
            query[key].upper() == str(getattr(template, key)).upper()
            for key in ("language", "status", "category")
            if query.get(key)
        )

    def delete(self, query: dict[str, str]) -> dict[str, Any]:
        doomed = [
            key for key, t in self.book.items()
            if t.name == query.get("name") and query.get("hsm_id", t.id) == t.id
        ]  # fmt: skip
        if not doomed:
            raise _bad(2593002, "The message template was not found.")
        for key in doomed:
            del self.book[key]
        return {"success": True}

    def find(self, number: str) -> Template | None:
        return next((t for t in self.book.values() if t.id == number), None)

    # -- what Meta does -----------------------------------------------------------------------------------------------

    def approve(self, name: str, language: str | None = None) -> None:
        for template in self._named(name, language):
            self._set(template, "APPROVED")

    def reject(self, name: str, language: str | None = None, reason: str = "INVALID_FORMAT") -> None:
        for template in self._named(name, language):
            template.rejected_reason = reason
            self._set(template, "REJECTED")

    def pause(self, name: str, language: str | None = None) -> None:
        """For three hours; the second time for six; the third time it is disabled."""
        for template in self._named(name, language):
            if template.pauses >= len(PAUSES):
                self._set(template, "DISABLED")
                continue
            template.paused_until = self.clock() + PAUSES[template.pauses]
            template.pauses += 1
            titles = ("FIRST_PAUSE", "SECOND_PAUSE")
            self._set(template, "PAUSED", {"other_info": {"title": titles[template.pauses - 1], "description": "…"}})

    def unpause(self, name: str, language: str | None = None) -> None:
        for template in self._named(name, language):
            self._set(template, "APPROVED")

    def disable(self, name: str, language: str | None = None) -> None:
        for template in self._named(name, language):
            self._set(template, "DISABLED", {"disable_info": {"disable_date": int(self.clock())}})

    def recategorise(self, name: str, category: str, language: str | None = None) -> None:
        """At once, without asking."""
        for template in self._named(name, language):
            previous, template.category = template.category, category
            self.tell(
                "template_category_update",
                {**_of(template), "previous_category": previous, "new_category": category},
            )

    def _named(self, name: str, language: str | None) -> list[Template]:
        found = [t for t in self.book.values() if t.name == name and language in (None, t.language)]
        if not found:
            raise LookupError(f"no template {name} in {language or 'any language'}")
        return found

    def _set(self, template: Template, status: str, more: dict[str, Any] | None = None) -> None:
        template.status = status
        reason = template.rejected_reason if status == "REJECTED" else "NONE"
        self.tell(
            "message_template_status_update",
            {**_of(template), "event": status, "reason": reason, "message_template_category": template.category}
            | (more or {}),
        )

    def _end_pauses(self) -> None:
        for template in self.book.values():
            if template.status == "PAUSED" and self.clock() >= template.paused_until:
                self._set(template, "APPROVED")

    # -- reading ------------------------------------------------------------------------------------------------------

    def _read(self, fields: dict[str, Any], number: str) -> Template:
        name, language = fields.get("name"), fields.get("language")
        category = str(fields.get("category", "")).upper()
        if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9_]{1,512}", name):
            raise _bad(2388019, "Name can only have lowercase letters, digits and underscores.")
        if language not in LANGUAGES:
            raise _bad(2388064, f"Language {language!r} is not supported.")
        if category not in CATEGORIES:
            raise _bad(2388018, f"Param category must be one of {sorted(CATEGORIES)}")
        components = fields.get("components")
        if not isinstance(components, list) or not all(isinstance(c, dict) for c in components):
            raise _bad(2388043, "Param components must be an array.")
        ttl = fields.get("message_send_ttl_seconds")
        if ttl is not None and not (isinstance(ttl, int) and TTL[0] <= ttl <= TTL[1]):
            raise _bad(2388073, f"message_send_ttl_seconds must be between {TTL[0]} and {TTL[1]}.")
        template = Template(
            number, name, language, category, components, str(fields.get("parameter_format", "POSITIONAL")).upper(),
            ttl,
        )  # fmt: skip
        _check_body(template)
        _check_around(template)
        return template

    def use(self, fields: dict[str, Any]) -> tuple[Template, Content]:
        """The template of a message, and the message as it will be seen. GraphError when it may not be sent."""
        self._end_pauses()
        given = fields.get("template")
        if not isinstance(given, dict) or not isinstance(given.get("language"), dict):
            raise GraphError(131008, "Parameter 'template' with 'name' and 'language' is mandatory")
        name, language = str(given.get("name", "")), str(given["language"].get("code", ""))
        template = self.book.get((name, language))
        if template is None or template.status in ("PENDING", "REJECTED"):
            raise GraphError(132001, f"template name ({name}) does not exist in {language}")
        if template.status == "PAUSED":
            raise GraphError(132015, "Template is paused due to low quality")
        if template.status == "DISABLED":
            raise GraphError(132016, "Template is disabled")
        parts = [c for c in given.get("components") or [] if isinstance(c, dict)]
        return template, Content("template", _fill(template, parts), _replies(template, parts))


def _check_body(template: Template) -> None:
    body = template.body
    if not body.strip() or len(body) > BODY_LENGTH:
        raise _bad(2388040, f"The body must have 1 to {BODY_LENGTH} characters.")
    names = template.placeholders
    if template.parameter_format == "POSITIONAL" and names != [str(n + 1) for n in range(len(names))]:
        raise _bad(2388059, "Variables must be numbered from 1 in the order of the text.")
    if template.parameter_format == "NAMED" and not all(re.fullmatch(r"[a-z][a-z0-9_]*", n) for n in names):
        raise _bad(2388059, "Named variables are lowercase letters, digits and underscores.")
    edges = _PLACEHOLDER.sub("\0", body).strip()
    if edges.startswith("\0") or edges.endswith("\0"):
        raise _bad(2388299, "Variables can't be at the start or end of the template.")
    example = (template.part("BODY") or {}).get("example", {})
    if template.parameter_format == "NAMED":
        named = {e.get("param_name") for e in example.get("body_text_named_params", [])}
        complete = named == set(names)
    else:
        rows = example.get("body_text", [[]])
        first = rows[0] if rows and isinstance(rows[0], list) else rows
        complete = len(first) == len(names)
    if names and not complete:
        raise _bad(2388043, "Message template 'components' param is missing expected field(s): example.")


def _check_around(template: Template) -> None:
    for kind in ("HEADER", "FOOTER"):
        part = template.part(kind)
        if part is not None and part.get("format", "TEXT") == "TEXT" and len(str(part.get("text", ""))) > SMALL_LENGTH:
            raise _bad(2388040, f"The {kind.lower()} must have at most {SMALL_LENGTH} characters.")
    replies = template.replies
    if len(replies) > REPLIES or any(not 1 <= len(label) <= REPLY_LENGTH for label in replies):
        raise _bad(2388040, f"At most {REPLIES} quick replies of {REPLY_LENGTH} characters.")
    if len(set(replies)) != len(replies):
        raise _bad(2388023, "Button texts must be different.")


def _fill(template: Template, parts: list[dict[str, Any]]) -> str:
    given = [p for part in parts if str(part.get("type", "")).lower() == "body" for p in part.get("parameters", [])]
    names = template.placeholders
    if len(given) != len(names):
        raise GraphError(
            132000, f"body: number of localizable_params ({len(given)}) does not match the expected number of params"
            f" ({len(names)})",
        )  # fmt: skip
    values = {}
    for number, parameter in enumerate(given):
        if parameter.get("type") != "text" or not isinstance(parameter.get("text"), str):
            raise GraphError(132012, "Parameter format does not match format in the created template")
        text = parameter["text"]
        if not text or re.search(r"[\n\t]| {5,}", text):
            raise GraphError(132012, "Param text cannot be empty, have new-line/tab characters or more than 4 spaces")
        name = parameter.get("parameter_name") if template.parameter_format == "NAMED" else names[number]
        if name not in names or name in values:
            raise GraphError(132000, f"body: parameter {name!r} is not one of the template's")
        values[name] = text
    filled = _PLACEHOLDER.sub(lambda found: values[found.group(1)], template.body)
    if len(filled) > BODY_LENGTH:
        raise GraphError(132005, "Translated text too long")
    return filled


def _replies(template: Template, parts: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """(payload, label) of the quick replies; without a payload the label comes back."""
    payloads: dict[int, str] = {}
    for part in parts:
        if str(part.get("type", "")).lower() != "button":
            continue
        index, parameters = int(part.get("index", 0)), part.get("parameters") or [{}]
        if index >= len(template.replies):
            raise GraphError(132000, f"buttons: button at index {index} does not exist")
        payloads[index] = str(parameters[0].get("payload", ""))
        if len(payloads[index]) > 256:
            raise GraphError(131009, "Button payload length invalid. Max length: 256")
    return tuple((payloads.get(number) or label, label) for number, label in enumerate(template.replies))


def _of(template: Template) -> dict[str, Any]:
    return {
        "message_template_id": int(template.id), "message_template_name": template.name,
        "message_template_language": template.language,
    }  # fmt: skip


def _bad(subcode: int, details: str) -> GraphError:
    return GraphError(100, details, subcode=subcode)
