"""What is shown when a request cannot be served: a calm page in French or Arabic, or JSON for the page's script."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.web import pages

# The codes that the chat's script and other clients act on.
CODES = {
    400: "malformed", 403: "forbidden", 404: "not_found", 405: "not_allowed", 413: "too_large", 415: "not_json",
    422: "invalid", 429: "too_fast", 500: "failed", 503: "unavailable",
}  # fmt: skip
_SENTENCES = {
    "malformed": "The body is not JSON.",
    "forbidden": "This request comes from another site.",
    "not_found": "There is nothing here.",
    "not_allowed": "This address does not take that method.",
    "too_large": "The body is too large.",
    "not_json": "The content type must be application/json.",
    "invalid": "A field is missing or has the wrong type.",
    "too_fast": "Too many messages at once.",
    "failed": "Something went wrong on our side. Try again in a moment.",
    "unavailable": "Not available right now. Try again in a moment.",
}


class Rejected(Exception):
    """A request to the API that is not taken. ``sentence`` says what is wrong, for whoever wrote the client."""

    def __init__(self, status: int, sentence: str | None = None, *, retry_after: int | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.sentence = sentence
        self.retry_after = retry_after


def problem(status: int, sentence: str | None = None, *, retry_after: int | None = None) -> JSONResponse:
    """A JSON error: ``{"error": code, "message": sentence}``."""
    code = CODES.get(status, "failed")
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else None
    return JSONResponse({"error": code, "message": sentence or _SENTENCES[code]}, status, headers)


def answer(request: Request, status: int) -> Response:
    """The answer to a failed request, in the form that its address is asked for."""
    if wants_json(request):
        return problem(status)
    return pages.failure(request, status)


def wants_json(request: Request) -> bool:
    """Whether a script asked, not a person who opened a page."""
    path = request.url.path
    if path.startswith(("/chat/", "/healthz", "/readyz")):
        return "text/html" not in request.headers.get("accept", "")
    return request.method not in ("GET", "HEAD") and not path.startswith("/console")


async def on_http_error(request: Request, error: Exception) -> Response:
    """Handler for Starlette's own errors: no route, wrong method."""
    assert isinstance(error, HTTPException)
    made = answer(request, error.status_code)
    for name, value in (error.headers or {}).items():
        made.headers[name] = value
    return made


async def on_rejected(request: Request, error: Exception) -> Response:
    """Handler for ``Rejected``."""
    assert isinstance(error, Rejected)
    if wants_json(request):
        return problem(error.status, error.sentence, retry_after=error.retry_after)
    return pages.failure(request, error.status)


def where(error: BaseException) -> str:
    """The file and line that raised, which say nothing about anyone."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""
