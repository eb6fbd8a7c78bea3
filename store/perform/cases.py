"""Effects on triages that are followed."""

from __future__ import annotations

from dialogues.effects import AnswerCase, OpenCase
from dialogues.errors import Refused
from store import cases, people
from store.perform.scope import Scope


def open_case(scope: Scope, effect: OpenCase) -> None:
    """Refused: no_consent."""
    if "care" not in people.consents(scope.session, scope.person_id):
        raise Refused("no_consent")
    case_id = cases.open_case(scope.session, scope.person_id, effect, scope.now)
    # Ids only: how somebody fared is not to outlive an erasure in the audit.
    scope.audit("case.open", "triage_case", case_id)


def answer_case(scope: Scope, effect: AnswerCase) -> None:
    """Refused: gone."""
    row = cases.answer(scope.session, effect.case, scope.owner, effect.answer, scope.now)
    scope.touch(row.person_id)
    scope.audit("case.answer", "triage_case", row.id)
