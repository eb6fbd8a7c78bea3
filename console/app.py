"""The console's routes, to be mounted at /console by whoever starts it."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from console.agenda import Agenda
from console.audit import Audit
from console.cases import Cases
from console.corrections import Corrections
from console.doors import Doors
from console.feedback import Feedback
from console.reminders import Reminders
from console.requests import Requests
from console.review import Review
from console.sign_in import SignIn
from console.surroundings import Surroundings

LARGEST_FORM = 16 * 1024  # bytes
_STATIC = Path(__file__).parent / "static"


def routes(around: Surroundings) -> list[BaseRoute]:
    """Every page of the console. Errors are left to the application that they are mounted in."""
    doors = Doors(around)
    sign_in, requests = SignIn(around, doors), Requests(around)
    cases, corrections = Cases(around), Corrections(around)
    return [
        Route("/", _home),
        Route("/sign-in", sign_in.show),
        Route("/sign-in", sign_in.take, methods=["POST"], max_body_size=LARGEST_FORM),
        Route("/sign-out", sign_in.leave, methods=["POST"], max_body_size=LARGEST_FORM),
        Route("/agenda", doors.page("agenda", Agenda(around).show)),
        Route("/requests", doors.page("requests", requests.show)),
        *(
            Route(
                f"/requests/{{request_id}}/{name}",
                doors.form("requests", take),
                methods=["POST"],
                max_body_size=LARGEST_FORM,
            )
            for name, take in (("take", requests.take), ("close", requests.close), ("answer", requests.answer))
        ),
        # An answer that was refused is shown at its own address: it can be reloaded, or read in the other language.
        Route("/requests/{request_id}/answer", doors.page("requests", requests.show)),
        Route("/cases", doors.page("cases", cases.show)),
        # The files before the rows: a case's id is no word.
        Route("/cases/corrections.csv", doors.page("cases", corrections.as_csv)),
        Route("/cases/corrections.json", doors.page("cases", corrections.as_json)),
        Route("/cases/{case_id}", doors.page("cases", cases.detail)),
        *(
            Route(f"/cases/{{case_id}}/{name}", doors.form("cases", take), methods=["POST"], max_body_size=LARGEST_FORM)
            for name, take in (("see", cases.see), ("correct", cases.correct))
        ),
        # A correction that was refused is shown at its own address.
        Route("/cases/{case_id}/correct", doors.page("cases", cases.detail)),
        Route("/reminders", doors.page("reminders", Reminders(around).show)),
        Route("/feedback", doors.page("feedback", Feedback(around).show)),
        Route("/review", doors.page("review", Review(around).show)),
        Route("/audit", doors.page("audit", Audit(around).show)),
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]


async def _home(request: Request) -> Response:
    return RedirectResponse("/console/sign-in", 303)
