"""CPU per listener against the number of listeners, as an SVG that is readable on light and on dark."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 720
HEIGHT: Final = 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 132, 40, 52
# Told apart by those who cannot tell red from green, and seen on white and on black (Okabe and Ito, 2008).
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
_MARKS: Final = ("circle", "square", "diamond", "circle")
_STYLE: Final = (
    "text{font:12px system-ui,sans-serif;fill:#444}.grid{stroke:#8884;stroke-width:1}.axis{stroke:#888}"
    "@media(prefers-color-scheme:dark){text{fill:#ccc}}"
)

# Pixels between two names at the curves' ends.
_APART: Final = 17.0

# Number of listeners and µs, ascending.
Curve = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Logarithmic both ways: a tenfold price is as high a step everywhere."""

    x_least: float
    x_most: float
    y_least: float
    y_most: float

    def x(self, value: float) -> float:
        part = math.log(value / self.x_least) / math.log(self.x_most / self.x_least)
        return _LEFT + part * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        part = math.log(value / self.y_least) / math.log(self.y_most / self.y_least)
        return HEIGHT - _BOTTOM - part * (HEIGHT - _TOP - _BOTTOM)


def draw(curves: Mapping[str, Curve], *, title: str) -> str:
    """The picture. Values that are not above zero have no place on it and are left out."""
    drawn = {name: [(count, cost) for count, cost in curve if cost > 0] for name, curve in curves.items()}
    drawn = {name: curve for name, curve in drawn.items() if curve}
    points = [point for curve in drawn.values() for point in curve]
    if not points:
        raise ValueError("nothing to draw")
    counts = sorted({count for count, _ in points})
    scale = _Scale(
        x_least=counts[0] * 0.9,
        x_most=counts[-1] * 1.1,
        y_least=_step(min(cost for _, cost in points), up=False),
        y_most=_step(max(cost for _, cost in points), up=True),
    )
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'aria-label="{escape(title)}">'
        ),
        f"<style>{_STYLE}</style>",
        _text(WIDTH / 2, 22, title, anchor="middle"),
        *_axes(scale, counts),
        *(part for number, curve in enumerate(drawn.values()) for part in _curve(scale, number, curve)),
        *_names(scale, drawn),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _step(value: float, *, up: bool) -> float:
    """The next of 1, 2, 5, 10, 20, 50 ... above a value or below it."""
    steps = [digit * 10.0**power for power in range(-2, 6) for digit in (1, 2, 5)]
    fitting = [step for step in steps if (step > value if up else step < value)]
    return min(fitting) if up else max(fitting)


def _axes(scale: _Scale, counts: Sequence[int]) -> list[str]:
    bottom, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    parts = []
    value = scale.y_least
    while value <= scale.y_most * 1.001:
        y = scale.y(value)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(_LEFT - 8, y + 4, f"{value:g}", anchor="end"))
        value = _step(value * 1.001, up=True)
    for count in counts:
        x = scale.x(count)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}"/>')
        parts.append(_text(x, bottom + 18, f"{count:,}", anchor="middle"))
    middle = (_TOP + bottom) / 2
    parts += [
        f'<path class="axis" fill="none" d="M{_LEFT} {_TOP}V{bottom}H{right}"/>',
        _text((_LEFT + right) / 2, HEIGHT - 10, "listeners (logarithmic)", anchor="middle"),
        f'<g transform="rotate(-90 16 {middle:.1f})">'
        + _text(16, middle, "µs of processor per listener and second (logarithmic)", anchor="middle")
        + "</g>",
    ]
    return parts


def _curve(scale: _Scale, number: int, curve: Curve) -> list[str]:
    colour, mark = _COLOURS[number % len(_COLOURS)], _MARKS[number % len(_MARKS)]
    places = [(scale.x(count), scale.y(cost)) for count, cost in curve]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return [
        f'<polyline fill="none" stroke="{colour}" stroke-width="2.5" points="{line}"/>',
        *(_mark(mark, colour, *place) for place in places),
    ]


def _names(scale: _Scale, curves: Mapping[str, Curve]) -> list[str]:
    """What each curve is and where it ends, beside its end; pushed down where two would overlap."""
    ends = sorted(((curve[-1], name) for name, curve in curves.items()), key=lambda end: -end[0][1])
    parts, least_y = [], 0.0
    for (count, cost), name in ends:
        y = max(scale.y(cost) + 4, least_y)
        parts.append(_text(scale.x(count) + 12, y, f"{name} {cost:.1f}"))
        least_y = y + _APART
    return parts


def _mark(mark: str, colour: str, x: float, y: float) -> str:
    if mark == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>'
    turned = f' transform="rotate(45 {x:.1f} {y:.1f})"' if mark == "diamond" else ""
    return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"{turned}/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
