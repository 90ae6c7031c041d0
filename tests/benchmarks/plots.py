"""Plots as SVG, legible in light and dark: horizontal bars, or lines over x."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from math import log10

from benchmarks.result import Plot

WIDTH, LEFT, RIGHT, LINE = 760, 300, 90, 28
COLOURS = ("#2f6fb2", "#c8641e", "#3d8b4f", "#8a54a8")
STYLE = "<style>text{font:13px sans-serif;fill:#777}.axis{stroke:#999;fill:none}</style>"


def drawn(plot: Plot) -> str:
    """The plot as an SVG document."""
    body, height = _bars(plot) if plot.bars else _lines(plot)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{escape(plot.title)}</title>{STYLE}{''.join(body)}</svg>\n"
    )


def _bars(plot: Plot) -> tuple[list[str], int]:
    values = {name: points[0][0] for name, points in plot.series.items()}
    scale = _scale(list(values.values()), WIDTH - LEFT - RIGHT, plot.logarithmic)
    body = [f'<text x="{LEFT}" y="18">{escape(plot.x)}{", logarithmic" if plot.logarithmic else ""}</text>']
    for number, (name, value) in enumerate(values.items()):
        top = 30 + number * LINE
        width = max(2.0, scale(value))
        body.append(f'<text x="{LEFT - 8}" y="{top + 14}" text-anchor="end">{escape(name)}</text>')
        body.append(f'<rect x="{LEFT}" y="{top}" width="{width:.1f}" height="18" fill="{COLOURS[0]}"/>')
        body.append(f'<text x="{LEFT + width + 6:.1f}" y="{top + 14}">{value:,.0f}</text>')
    return body, 40 + len(values) * LINE


def _lines(plot: Plot) -> tuple[list[str], int]:
    height, bottom, start = 320, 270, 60
    points = [point for series in plot.series.values() for point in series]
    across = _scale([x for x, _ in points], WIDTH - start - 40, plot.logarithmic)
    up = _scale([y for _, y in points], bottom - 40, False)
    body = [
        f'<path class="axis" d="M{start} 30V{bottom}H{WIDTH - 30}"/>',
        f'<text x="{start}" y="20">{escape(plot.y)}</text>',
        f'<text x="{WIDTH - 30}" y="{bottom + 36}" text-anchor="end">{escape(plot.x)}</text>',
    ]
    body += [
        f'<text x="{start + across(x):.0f}" y="{bottom + 18}" text-anchor="middle">{x:,g}</text>'
        for x in sorted({x for x, _ in points})
    ]
    highest = max(y for _, y in points)
    body.append(f'<text x="{start - 6}" y="{bottom - up(highest) + 4:.0f}" text-anchor="end">{highest:,.3g}</text>')
    for number, (name, series) in enumerate(plot.series.items()):
        body += _series(
            name, series, COLOURS[number % len(COLOURS)], number, lambda x, y: (start + across(x), bottom - up(y))
        )
    return body, height


def _series(
    name: str,
    series: list[tuple[float, float]],
    colour: str,
    number: int,
    place: Callable[[float, float], tuple[float, float]],
) -> Iterator[str]:
    places = [place(x, y) for x, y in series]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places)
    yield f'<text x="{WIDTH - 30}" y="{44 + 18 * number}" text-anchor="end" style="fill:{colour}">{escape(name)}</text>'


def _scale(values: list[float], length: float, logarithmic: bool) -> Callable[[float], float]:
    if not logarithmic:
        most = max(values) or 1.0
        return lambda value: value / most * length
    least, most = log10(min(values) / 2), log10(max(values))
    return lambda value: (log10(value) - least) / ((most - least) or 1.0) * length
