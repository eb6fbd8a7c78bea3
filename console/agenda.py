"""The agenda: who comes in the next seven days to the facility of whoever looks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from console import views
from console.surroundings import Surroundings
from store import agenda, clock
from store.agenda import AgendaRow, FacilityAgenda
from store.staff import StaffRow


@dataclass(frozen=True, slots=True)
class Agenda:
    """One page; names are opened only for the staff of the facility, and the audit says who looked."""

    around: Surroundings

    async def show(self, request: Request, who: StaffRow) -> Response:
        """The days that have an appointment, each with its appointments by hour."""
        found = await to_thread.run_sync(self._read, who)
        if found is None:
            return views.view(request, "agenda.html", facility="", days=[])
        code = views.language(request)
        now = clock.local(self.around.clock())
        days = [
            (views.day(self.around.speech, day, now, code), [self._shown(row, code) for row in rows])
            for day, rows in groupby(found.rows, key=lambda row: row.starts.date())
        ]
        return views.view(request, "agenda.html", facility=found.name_ar if code == "ar" else found.name_fr, days=days)

    def _read(self, who: StaffRow) -> FacilityAgenda | None:
        facility = who.facility
        if facility is None:
            return None
        return self.around.store.run(lambda session: agenda.coming(session, facility, who.actor, self.around.clock()))

    def _shown(self, row: AgendaRow, code: str) -> dict[str, str]:
        return {
            "time": f"{row.starts:%H:%M}",
            "minutes": str(row.minutes),
            "service": views.service(self.around.speech, row.service, code),
            "name": self._name(row, code),
        }

    def _name(self, row: AgendaRow, code: str) -> str:
        """Who comes: a name, or somebody of a person who gave one, or nothing."""
        words = views.words()[code]
        if not row.beneficiary:
            return row.name or words["no_name"]
        if self.around.speech.message(f"relation.{row.beneficiary}", code) is None:
            return row.beneficiary
        return str(words["relative_of"]).replace("{name}", row.name) if row.name else str(words["relative"])
