"""What a followed triage keeps of itself: codes and ranges, sealed as one text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from store import codec, sealed
from store.models import Case, Correction


@dataclass(frozen=True, slots=True)
class Told:
    """What triage made of it, as ``dialogues.effects.OpenCase`` has it."""

    complaints: tuple[str, ...]
    rules: tuple[str, ...]
    answers: Mapping[str, str]
    versions: Mapping[str, int]
    subject: str

    def to_text(self, *, of_nobody: bool = False) -> str:
        """As it is sealed; ``of_nobody``: without whom it is about."""
        return codec.dumps(
            {
                "complaints": self.complaints, "rules": self.rules, "answers": self.answers,
                "versions": self.versions, "subject": "" if of_nobody else self.subject,
            }
        )  # fmt: skip

    @classmethod
    def from_text(cls, text: str) -> Told:
        """What ``to_text`` wrote."""
        kept = codec.loads(text)
        return cls(tuple(kept["complaints"]), tuple(kept["rules"]), kept["answers"], kept["versions"], kept["subject"])


def told_of(session: Session, row: Case | Correction) -> Told:
    """What is kept of the triage, opened."""
    return Told.from_text(sealed.must_get(session, row, "told"))
