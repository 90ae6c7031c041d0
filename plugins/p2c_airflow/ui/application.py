"""The page as an application of its own, which Airflow mounts at `/p2c`. No route answers a caller not logged in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from p2c.errors import IntegrationError
from p2c_airflow.ui import differences, due, mappings, overview, preflight, row, run, runs
from p2c_airflow.ui.rendering import FOLDER, render

#: What a browser may do with our pages: nothing inline, nothing from elsewhere, framed by Airflow alone.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
STATIC = ("page.css", "page.js", "theme.js")


def page_application() -> FastAPI:
    """The application; it reads no settings before the first request."""
    application = FastAPI(
        title="Prospect to cash", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(get_user)]
    )
    for module in (overview, runs, run, row, due, differences, mappings, preflight):
        application.include_router(module.router)
    application.add_api_route("/static/{name}", static_file)
    application.middleware("http")(_with_headers)
    application.exception_handler(HTTPException)(_refused)
    application.exception_handler(IntegrationError)(_unavailable)
    return application


def static_file(name: str) -> FileResponse:
    """A style sheet or a script of ours."""
    if name not in STATIC:
        raise HTTPException(404, "There is no such file.")
    return FileResponse(FOLDER / "static" / name)


async def _with_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    response.headers.update(HEADERS)
    return response


def _refused(request: Request, error: HTTPException) -> Response:
    return _problem(request, error.status_code, str(error.detail))


def _unavailable(request: Request, error: IntegrationError) -> Response:
    return _problem(request, 503, error.message)


def _problem(request: Request, status: int, text: str) -> Response:
    """What went wrong, as the caller reads it: JSON for what the page's script asked, else a page."""
    if request.method != "GET":
        return JSONResponse({"detail": text}, status)
    unknown = status == 401
    title = "Not logged in" if unknown else "Sorry"
    return render(request, "problem.html", status, title=title, text=text, unknown=unknown)
