"""What staff found that outcomes should have been, as a file for those who review the protocols. It names nobody."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from console import views
from console.case_words import CaseWords, flat
from console.surroundings import Surroundings
from store import case_review, clock
from store.case_review import CorrectionRow
from store.staff import StaffRow

_COLUMNS = ("at", "by", "outcome", "should_be", "note", "complaints", "rules", "protocol_versions", "answers")
# A cell that a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Corrections:
    """All that are kept, the newest first; the audit says who read them."""

    around: Surroundings

    async def as_csv(self, request: Request, who: StaffRow) -> Response:
        """For a spreadsheet."""
        rows = [self._cells(row, views.language(request)) for row in await self._corrections(who)]
        made = io.StringIO()
        table = csv.DictWriter(made, list(_COLUMNS))
        table.writeheader()
        table.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
        # With a mark at its beginning, without which spreadsheets take Arabic for something else.
        return _file("\ufeff" + made.getvalue(), "text/csv", "corrections.csv")

    async def as_json(self, request: Request, who: StaffRow) -> Response:
        """For a program."""
        rows = [
            {
                "id": row.id, "at": row.at.isoformat(), "by": row.actor, "outcome": row.outcome,
                "should_be": row.should_be, "note": row.note, "complaints": list(row.told.complaints),
                "rules": list(row.told.rules), "answers": dict(row.told.answers),
                "protocol_versions": dict(row.told.versions),
            }
            for row in await self._corrections(who)
        ]  # fmt: skip
        return _file(json.dumps(rows, ensure_ascii=False, indent=2), "application/json", "corrections.json")

    async def _corrections(self, who: StaffRow) -> list[CorrectionRow]:
        now = self.around.clock()
        return await to_thread.run_sync(
            self.around.store.run, lambda session: case_review.corrections(session, who.actor, now)
        )

    def _cells(self, row: CorrectionRow, code: str) -> dict[str, str]:
        said = CaseWords(self.around.speech, code)
        versions = ", ".join(f"{name} {version}" for name, version in row.told.versions.items())
        return dict(
            zip(
                _COLUMNS,
                (
                    f"{clock.local(row.at):%Y-%m-%d %H:%M}", row.actor, row.outcome, row.should_be, row.note,
                    said.complaints(row.told), ", ".join(row.told.rules), versions, flat(said.answers(row.told)),
                ),
                strict=True,
            )
        )  # fmt: skip


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _file(content: str, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=f"{kind}; charset=utf-8", headers=headers)
