"""What a clinician has yet to confirm: every medical fact in the data that says ``review: pending``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

import dialogues
import nlu
import scheduler
from console import views
from console.surroundings import Surroundings
from store.staff import StaffRow

# Each file with the key that its facts stand under and the fields that say what a fact is.
FILES: tuple[tuple[str, Path, str, tuple[str, ...]], ...] = (
    ("numbers", Path(dialogues.__path__[0]) / "numbers.yml", "numbers", ("call",)),
    ("first_aid", Path(dialogues.__path__[0]) / "first_aid.yml", "first_aid", ("message",)),
    ("sending_hours", Path(scheduler.__path__[0]) / "hours.yml", "hours", ("windows", "quiet")),
    ("danger_signs", Path(nlu.__path__[0]) / "data" / "danger_signs.yml", "rules", ("kind",)),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact by its id, what it says, and where that was read."""

    id: str
    says: str
    source: str
    message: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one file that are not confirmed, and how many it holds in all."""

    name: str
    pending: tuple[Fact, ...]
    total: int


@cache
def groups() -> tuple[Group, ...]:
    """The files that are there, read once."""
    return tuple(_group(name, path, key, says) for name, path, key, says in FILES if path.exists())


def _group(name: str, path: Path, key: str, says: tuple[str, ...]) -> Group:
    held = yaml.safe_load(path.read_text("utf-8"))[key]
    entries: list[dict[str, Any]] = (
        [{"id": made, **entry} for made, entry in held.items()] if isinstance(held, dict) else list(held)
    )
    pending = tuple(_fact(entry, says) for entry in entries if entry.get("review") != "confirmed")
    return Group(name, pending, len(entries))


def _fact(entry: dict[str, Any], says: tuple[str, ...]) -> Fact:
    said = " · ".join(str(entry[field]) for field in says if field in entry)
    return Fact(str(entry["id"]), said, str(entry.get("source", "")), entry.get("message"))


@dataclass(frozen=True, slots=True)
class Review:
    """One page, for reading: a fact is confirmed by changing its file, so that this has an author and a date."""

    around: Surroundings

    async def show(self, request: Request, who: StaffRow) -> Response:
        """Every unconfirmed fact with its source."""
        code = views.language(request)
        read = await to_thread.run_sync(groups)  # the first time takes a second
        shown = [
            (group, [(fact, self._words(fact, code)) for fact in group.pending]) for group in read if group.pending
        ]
        return views.view(request, "review.html", groups=shown)

    def _words(self, fact: Fact, code: str) -> str:
        if fact.message is None:
            return fact.says
        return self.around.speech.message(fact.message, code) or fact.message
