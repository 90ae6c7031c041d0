"""Pages from templates: everything is escaped, and every address begins where Airflow has mounted us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from p2c.ledger import Progress, Run, RunKey
from p2c_airflow.ui import charts

FOLDER = Path(__file__).parent
#: A part of a load may take minutes.
SILENT_AFTER = timedelta(minutes=5)
UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page that ``template`` makes of ``values``."""
    base = str(request.scope.get("root_path", ""))
    airflow = base.removesuffix("/p2c")
    known = {
        "link": partial(link, base),
        "airflow": partial(link, airflow),
        "path": request.url.path.removeprefix(base),
    }
    return HTMLResponse(_environment().get_template(template).render(**known, **values), status)


def link(base: str, path: str, *parts: str, **query: object) -> str:
    """An address: ``path`` with its ``{}`` filled by ``parts``, and what of ``query`` is not empty."""
    filled = path.format(*(quote(part, safe="") for part in parts))
    given = {name: value for name, value in query.items() if value not in ("", None, False)}
    return base + filled + ("?" + urlencode(given) if given else "")


def span(length: timedelta | float | None) -> str:
    """A length of time in one unit, or two."""
    if length is None:
        return ""
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length)
    for number, (size, unit) in enumerate(UNITS):
        if seconds >= size:
            rest, (smaller, name) = seconds % size, (*UNITS, (1, "s"))[number + 1]
            fraction = f" {int(rest // smaller)} {name}" if rest >= smaller and seconds < 10 * size else ""
            return f"{int(seconds // size)} {unit}{fraction}"
    return f"{seconds:.1f} s" if 0 < seconds < 10 else f"{max(seconds, 0):.0f} s"


def ago(moment: datetime | None) -> str:
    """How long ago it was."""
    return "" if moment is None else f"{span(datetime.now(UTC) - moment)} ago"


def moment(time: datetime | None) -> str:
    """A time in UTC, to the second."""
    return "" if time is None else f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def number(figure: float | None) -> str:
    """A figure with its thousands apart."""
    return "" if figure is None else f"{figure:,.0f}".replace(",", "\u202f")


def duration(run: Run) -> timedelta:
    """How long a run took, or has taken so far."""
    return (run.finished_at or datetime.now(UTC)) - run.started_at


def silence(progress: Progress) -> timedelta | None:
    """How long nothing was heard of a step, None where that is as it should be."""
    heard = datetime.now(UTC) - progress.at
    return heard if heard > SILENT_AFTER else None


def inline(text: str) -> Markup:
    """Text in which names stand between backticks, as the documentation has them."""
    parts = text.split("`")
    marked = (
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )
    return Markup("").join(marked)


def run_query(key: RunKey) -> dict[str, str]:
    """What names a run in an address."""
    return dict(vars(key))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "span": span,
        "ago": ago,
        "moment": moment,
        "number": number,
        "duration": duration,
        "silence": silence,
        "inline": inline,
    }
    environment.globals |= {"run_query": run_query, "charts": charts}
    return environment
