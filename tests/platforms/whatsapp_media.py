"""Files at Meta: uploaded ones, to be sent by their id, and received ones, to be fetched within five minutes."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.platforms.whatsapp_errors import GraphError

KEEP_SECONDS, URL_SECONDS = 30 * 24 * 3600, 300


@dataclass
class Media:
    """One file; ``file`` is (name, media type, bytes)."""

    id: str
    file: tuple[str, str, bytes]
    until: float
    url_until: float = 0.0

    @property
    def sha256(self) -> str:
        return base64.b64encode(hashlib.sha256(self.file[2]).digest()).decode()


@dataclass
class MediaStore:
    """By id."""

    clock: Callable[[], float]
    kept: dict[str, Media] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(2_000_000_000_000_001))

    def keep(self, file: tuple[str, str, bytes]) -> Media:
        media = Media(str(next(self._ids)), file, self.clock() + KEEP_SECONDS)
        self.kept[media.id] = media
        return media

    def find(self, number: str) -> Media:
        media = self.kept.get(number)
        if media is None or self.clock() > media.until:
            raise GraphError(100, f"Media ID {number} does not exist or has expired", subcode=33)
        return media

    def address(self, number: str, base: str) -> dict[str, object]:
        """Where it can be fetched, for five minutes."""
        media = self.find(number)
        media.url_until = self.clock() + URL_SECONDS
        return {
            "url": f"{base}/media-content/{number}", "mime_type": media.file[1], "sha256": media.sha256,
            "file_size": len(media.file[2]), "id": number, "messaging_product": "whatsapp",
        }  # fmt: skip

    def fetch(self, number: str) -> Media | None:
        media = self.kept.get(number)
        return media if media is not None and self.clock() <= media.url_until else None
