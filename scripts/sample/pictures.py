"""Eight product pictures: five on white, three in a scene."""

from collections.abc import Callable

import numpy as np

from .render import (
    Canvas,
    Colour,
    ball,
    box,
    canvas,
    circle,
    ellipse,
    fade,
    line,
    png,
    polygon,
    ring,
    tube,
)

_WHITE: Colour = (1.0, 1.0, 1.0)
_STEEL: Colour = (0.72, 0.74, 0.77)
_DARK: Colour = (0.13, 0.14, 0.16)
_BLUE: Colour = (0.13, 0.36, 0.66)
_WOOD: Colour = (0.69, 0.5, 0.33)


def pictures() -> dict[str, bytes]:
    """File name -> PNG."""
    return {f"{name}.png": png(draw()) for name, draw in _SCENES.items()}


def _studio(size: int = 1000) -> Canvas:
    """Pure white, as marketplaces ask for main pictures."""
    return canvas(size, _WHITE, _WHITE)


def _ground(at: Canvas, cx: float, cy: float, rx: float) -> None:
    at.shade(np.hypot((at.x - cx) / rx, (at.y - cy) / 0.05), 1.0, 0.34)


def _room(size: int = 720) -> Canvas:
    """A wall and a table top with plank joints."""
    at = canvas(size, (0.82, 0.85, 0.83), (0.74, 0.77, 0.75))
    at.paint(box(at, 0, 0.8, 1.2, 0.42), fade(at, (0.62, 0.45, 0.3), _WOOD, 0.38, 1.0))
    for x in (-0.62, 0.05, 0.71):
        at.paint(line(at, x * 0.7, 0.38, x * 1.25, 1.05, 0.003), (0.48, 0.34, 0.22), 0.7)
    return at


def _bottle() -> Canvas:
    at = _studio()
    _ground(at, 0.02, 0.88, 0.3)
    body = np.minimum(box(at, 0, 0.22, 0.27, 0.66, 0.09), ellipse(at, 0, -0.28, 0.268, 0.26))
    at.paint(body, tube(at, 0, 0.27, _BLUE))
    at.paint(box(at, 0, -0.55, 0.135, 0.08, 0.02), tube(at, 0, 0.135, _STEEL, 0.25))
    at.paint(box(at, 0, -0.7, 0.16, 0.11, 0.035), tube(at, 0, 0.16, _DARK, 0.2))
    for x in np.arange(-0.13, 0.14, 0.035):
        at.paint(box(at, float(x), -0.7, 0.004, 0.085), (0.05, 0.05, 0.06), 0.6)
    loop = np.maximum(ring(at, 0, -0.83, 0.1, 0.022), at.y + 0.8)
    at.paint(loop, _DARK)
    at.paint(box(at, 0, 0.82, 0.255, 0.05, 0.03), tube(at, 0, 0.255, (0.1, 0.28, 0.52)))
    for width, y in ((0.09, 0.1), (0.06, 0.15)):
        at.paint(box(at, 0.02, y, width, 0.008, 0.008), _WHITE, 0.75)
    at.paint(polygon(at, [(0.02, -0.06), (0.07, 0.04), (-0.03, 0.04)]), _WHITE, 0.75)
    return at


def _shirt() -> Canvas:
    at = _studio()
    half = [(0.14, -0.72), (0.36, -0.66), (0.82, -0.32), (0.62, -0.04), (0.44, -0.16),
            (0.46, 0.84)]  # fmt: skip
    outline = half + [(-x, y) for x, y in reversed(half)]
    shape = polygon(at, outline) - 0.02
    cloth = (
        np.asarray((0.75, 0.16, 0.19))
        * (0.93 + 0.05 * np.sin(9 * at.x + 2.2 * np.sin(3 * at.y)) - 0.05 * np.abs(at.x))[..., None]
    )
    at.shade(shape, 0.03, 0.2)
    at.paint(shape, cloth)
    neck = ellipse(at, 0, -0.75, 0.17, 0.15)
    at.paint(np.maximum(shape, neck - 0.035), (0.62, 0.12, 0.15))
    at.paint(np.maximum(neck, -(at.y + 0.7)), (0.36, 0.08, 0.1))
    at.paint(box(at, 0, -0.66, 0.035, 0.025, 0.006), (0.93, 0.92, 0.9))
    for side in (-1, 1):
        at.paint(line(at, side * 0.44, -0.16, side * 0.36, -0.6, 0.004), (0.5, 0.09, 0.12), 0.8)
        at.paint(line(at, side * 0.8, -0.27, side * 0.62, -0.06, 0.004), (0.5, 0.09, 0.12), 0.8)
    at.paint(line(at, -0.45, 0.79, 0.45, 0.79, 0.004), (0.5, 0.09, 0.12), 0.8)
    return at


def _lamp() -> Canvas:
    at = _room()
    beam = polygon(at, [(-0.42, -0.32), (-0.1, -0.42), (0.35, 0.6), (-0.8, 0.66)])
    at.paint(np.maximum(beam, at.y - 0.7), (1.0, 0.95, 0.75), 0.28)
    _books(at)
    at.shade(ellipse(at, 0.42, 0.63, 0.26, 0.06), 0.06, 0.4)
    at.paint(ellipse(at, 0.4, 0.6, 0.24, 0.07), tube(at, 0.4, 0.24, (0.2, 0.21, 0.23)))
    at.paint(ellipse(at, 0.4, 0.58, 0.24, 0.065), (0.3, 0.31, 0.34))
    at.paint(line(at, 0.4, 0.56, 0.55, -0.08, 0.022), _STEEL)
    at.paint(line(at, 0.55, -0.08, -0.2, -0.58, 0.022), (0.8, 0.82, 0.84))
    at.paint(circle(at, 0.55, -0.08, 0.045), _DARK)
    head = polygon(at, [(-0.26, -0.66), (-0.06, -0.56), (-0.08, -0.4), (-0.44, -0.3)])
    at.paint(head - 0.02, (0.24, 0.25, 0.28))
    at.paint(line(at, -0.42, -0.29, -0.1, -0.38, 0.022), (1.0, 0.97, 0.82))
    return at


def _books(at: Canvas) -> None:
    rows = (((0.55, 0.2, 0.2), 0.62), ((0.2, 0.36, 0.3), 0.55), ((0.85, 0.75, 0.5), 0.48))
    for turn, (colour, y) in enumerate(rows):
        at.shade(box(at, -0.5 + 0.02 * turn, y + 0.02, 0.26, 0.03), 0.02, 0.25)
        at.paint(box(at, -0.5 + 0.02 * turn, y, 0.27 - 0.03 * turn, 0.033, 0.008), colour)
    _mug(at, -0.05, 0.58)


def _mug(at: Canvas, cx: float, cy: float) -> None:
    at.shade(ellipse(at, cx + 0.02, cy + 0.13, 0.12, 0.03), 0.03, 0.35)
    at.paint(ring(at, cx + 0.12, cy, 0.06, 0.016), (0.8, 0.45, 0.3))
    at.paint(box(at, cx, cy, 0.11, 0.12, 0.03), tube(at, cx, 0.11, (0.85, 0.5, 0.33), 0.15))
    at.paint(ellipse(at, cx, cy - 0.11, 0.105, 0.03), (0.3, 0.18, 0.12))


def _backpack() -> Canvas:
    at = _studio()
    navy: Colour = (0.17, 0.22, 0.34)
    _ground(at, 0, 0.88, 0.5)
    at.paint(np.maximum(ring(at, 0, -0.72, 0.14, 0.03), at.y + 0.7), (0.1, 0.12, 0.2))
    body = box(at, 0, 0.1, 0.5, 0.78, 0.3)
    at.paint(body, tube(at, -0.05, 0.62, navy, 0.06))
    at.paint(np.abs(box(at, 0, -0.02, 0.4, 0.6, 0.26)) - 0.006, (0.55, 0.57, 0.62))
    pocket = box(at, 0, 0.48, 0.37, 0.3, 0.12)
    at.shade(pocket, 0.03, 0.35)
    at.paint(pocket, tube(at, -0.05, 0.46, (0.2, 0.26, 0.4), 0.06))
    at.paint(line(at, -0.28, 0.3, 0.28, 0.3, 0.008), (0.62, 0.64, 0.68))
    at.paint(box(at, 0.25, 0.345, 0.012, 0.05, 0.01), (0.85, 0.55, 0.2))
    at.paint(box(at, 0, -0.28, 0.13, 0.06, 0.02), (0.62, 0.42, 0.26))
    for side in (-1, 1):
        at.paint(box(at, side * 0.5, 0.45, 0.035, 0.28, 0.03), (0.12, 0.15, 0.24))
    return at


def _watch() -> Canvas:
    at = _studio()
    leather: Colour = (0.42, 0.25, 0.15)
    for side in (-1, 1):
        strap = polygon(at, [(-0.21, side * 0.3), (0.21, side * 0.3), (0.16, side * 0.95),
                             (-0.16, side * 0.95)]) - 0.02  # fmt: skip
        at.shade(strap, 0.02, 0.2)
        at.paint(strap, tube(at, 0, 0.26, leather, 0.08))
        for edge in (-1, 1):
            at.paint(line(at, edge * 0.17, side * 0.5, edge * 0.14, side * 0.93, 0.004),
                     (0.8, 0.66, 0.46))  # fmt: skip
    at.paint(box(at, 0.5, 0, 0.06, 0.05, 0.015), _STEEL)
    at.shade(circle(at, 0.02, 0.03, 0.46), 0.04, 0.3)
    at.paint(circle(at, 0, 0, 0.47), ball(at, 0, 0, 0.75, (0.82, 0.83, 0.85), 0.2))
    at.paint(circle(at, 0, 0, 0.4), ball(at, 0, 0, 0.9, (0.1, 0.19, 0.36), 0.1))
    for hour in range(12):
        angle = hour * np.pi / 6
        inner = 0.31 if hour % 3 else 0.28
        sx, sy = float(np.sin(angle)), float(-np.cos(angle))
        at.paint(line(at, sx * inner, sy * inner, sx * 0.36, sy * 0.36, 0.009), (0.9, 0.91, 0.93))
    for angle, length, width in ((-0.96, 0.2, 0.015), (0.9, 0.3, 0.01)):
        sx, sy = float(np.sin(angle)), float(-np.cos(angle))
        at.paint(line(at, 0, 0, sx * length, sy * length, width), (0.95, 0.95, 0.96))
    at.paint(line(at, 0.0, 0.07, 0.0, -0.33, 0.004), (0.9, 0.35, 0.2))
    at.paint(circle(at, 0, 0, 0.022), (0.95, 0.95, 0.96))
    return at


def _kettle() -> Canvas:
    at = _room()
    for x, tone in ((-0.75, 0.86), (-0.45, 0.9), (0.75, 0.88)):
        at.paint(box(at, x, -0.45, 0.13, 0.3, 0.02), (tone, tone * 0.97, tone * 0.9))
    at.paint(box(at, 0, -0.12, 1.2, 0.03), (0.5, 0.36, 0.25))
    _mug(at, 0.68, 0.62)
    at.shade(ellipse(at, 0.0, 0.72, 0.46, 0.06), 0.06, 0.45)
    at.paint(polygon(at, [(0.3, 0.2), (0.62, -0.1), (0.68, -0.06), (0.42, 0.5)]) - 0.02, _STEEL)
    grip = np.maximum(np.abs(ellipse(at, -0.02, 0.05, 0.36, 0.5)) - 0.035, at.y - 0.2)
    at.paint(grip, _DARK)
    shell = np.maximum(ellipse(at, 0, 0.42, 0.46, 0.46), at.y - 0.7)
    at.paint(shell, ball(at, 0, 0.4, 0.62, (0.78, 0.8, 0.83), 0.45))
    at.paint(box(at, 0, 0.68, 0.36, 0.03, 0.02), (0.4, 0.41, 0.44))
    at.paint(ellipse(at, 0, 0.02, 0.22, 0.06), (0.62, 0.64, 0.67))
    at.paint(circle(at, 0, -0.06, 0.05), ball(at, 0, -0.06, 0.05, _DARK))
    return at


def _headphones() -> Canvas:
    at = _studio()
    band = np.maximum(ring(at, 0, 0.0, 0.6, 0.055), at.y - 0.05)
    at.paint(band, tube(at, 0, 0.66, (0.2, 0.21, 0.23), 0.15))
    at.paint(np.maximum(ring(at, 0, 0.0, 0.56, 0.03), at.y + 0.25), (0.35, 0.36, 0.39))
    for side in (-1, 1):
        at.paint(line(at, side * 0.6, -0.05, side * 0.57, 0.3, 0.028), _STEEL)
        cup = box(at, side * 0.52, 0.36, 0.14, 0.3, 0.13)
        at.shade(cup, 0.03, 0.2)
        at.paint(box(at, side * 0.42, 0.36, 0.09, 0.26, 0.08), (0.09, 0.09, 0.1))
        at.paint(cup, tube(at, side * 0.52, 0.15, (0.16, 0.17, 0.19), 0.25))
        at.paint(np.abs(box(at, side * 0.55, 0.36, 0.08, 0.2, 0.08)) - 0.006, (0.75, 0.58, 0.36))
    _ground(at, 0, 0.72, 0.6)
    return at


def _notebook() -> Canvas:
    at = _room()
    at.paint(box(at, 0, 0, 1.2, 1.2), fade(at, _WOOD, (0.6, 0.43, 0.28), -1, 1))
    for x in (-0.6, -0.1, 0.45):
        at.paint(box(at, x, 0, 0.004, 1.2), (0.45, 0.31, 0.2), 0.8)
    at.paint(circle(at, 0.72, -0.66, 0.2), (0.93, 0.92, 0.9))
    at.paint(circle(at, 0.72, -0.66, 0.15), (0.28, 0.17, 0.11))
    for turn in range(4):
        at.paint(box(at, -0.82 + 0.05 * turn, 0.62 + 0.07 * turn, 0.14, 0.05, 0.05),
                 (0.3, 0.5 - 0.04 * turn, 0.28))  # fmt: skip
    cover = box(at, -0.05, 0.0, 0.46, 0.64, 0.04)
    at.shade(box(at, -0.02, 0.03, 0.46, 0.64, 0.04), 0.05, 0.45)
    at.paint(box(at, -0.035, 0.012, 0.46, 0.64, 0.03), (0.95, 0.93, 0.88))
    at.paint(cover, fade(at, (0.12, 0.37, 0.35), (0.09, 0.29, 0.28), -0.64, 0.64))
    at.paint(np.maximum(cover, at.x + 0.42), (0.07, 0.22, 0.21))
    at.paint(box(at, 0.29, 0, 0.014, 0.64), (0.82, 0.42, 0.22))
    at.paint(box(at, -0.08, -0.25, 0.2, 0.07, 0.01), (0.87, 0.8, 0.62))
    at.paint(line(at, 0.62, -0.1, 0.72, 0.62, 0.028), _DARK)
    at.paint(line(at, 0.72, 0.62, 0.727, 0.68, 0.012), (0.8, 0.65, 0.3))
    return at


_SCENES: dict[str, Callable[[], Canvas]] = {
    "water-bottle": _bottle,
    "t-shirt": _shirt,
    "desk-lamp": _lamp,
    "backpack": _backpack,
    "wristwatch": _watch,
    "tea-kettle": _kettle,
    "headphones": _headphones,
    "notebook": _notebook,
}
