"""A small painter: shapes as signed distances, anti-aliased, shaded, written as PNG.

Coordinates run from -1 to 1, x to the right and y down. A shape is an array of distances,
negative inside. Colours are sRGB triples from 0 to 1.
"""

import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float64]
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Canvas:
    """A square picture in the making: `x`, `y` and `pixels` (height, width, 3)."""

    x: Field
    y: Field
    pixels: Field

    def paint(self, shape: Field, colour: Colour | Field, opacity: float = 1.0) -> None:
        """Fill a shape with a colour, or with a picture of colours."""
        edge = 2.0 / self.x.shape[0]
        cover = np.clip(0.5 - shape / edge, 0, 1)[..., None] * opacity
        self.pixels[:] = self.pixels * (1 - cover) + np.asarray(colour) * cover

    def shade(self, shape: Field, softness: float, strength: float) -> None:
        """Darken below and around a shape, as a soft shadow."""
        fall = np.exp(-np.square(np.maximum(shape, 0) / softness)) * strength
        self.pixels[:] = self.pixels * (1 - fall[..., None])


def canvas(size: int, top: Colour, bottom: Colour) -> Canvas:
    """A square of `size` pixels with a vertical gradient."""
    axis = (np.arange(size) + 0.5) / size * 2 - 1
    x, y = np.meshgrid(axis, axis)
    mix = ((y + 1) / 2)[..., None]
    return Canvas(x, y, np.asarray(top) * (1 - mix) + np.asarray(bottom) * mix)


def circle(at: Canvas, cx: float, cy: float, radius: float) -> Field:
    return np.hypot(at.x - cx, at.y - cy) - radius


def ellipse(at: Canvas, cx: float, cy: float, rx: float, ry: float) -> Field:
    """Approximate distance; exact enough for edges and shadows."""
    return (np.hypot((at.x - cx) / rx, (at.y - cy) / ry) - 1) * min(rx, ry)


def box(at: Canvas, cx: float, cy: float, w: float, h: float, r: float = 0.0) -> Field:
    """A rectangle of half sizes `w` and `h` with corners of radius `r`."""
    dx, dy = np.abs(at.x - cx) - w + r, np.abs(at.y - cy) - h + r
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    return outside + np.minimum(np.maximum(dx, dy), 0) - r


def line(at: Canvas, ax: float, ay: float, bx: float, by: float, r: float) -> Field:
    """A stroke with round ends of radius `r`."""
    px, py, dx, dy = at.x - ax, at.y - ay, bx - ax, by - ay
    along = np.clip((px * dx + py * dy) / (dx * dx + dy * dy), 0, 1)
    return np.hypot(px - dx * along, py - dy * along) - r


def polygon(at: Canvas, points: list[tuple[float, float]]) -> Field:
    """Distance to a closed polygon (even-odd rule)."""
    best = np.full(at.x.shape, np.inf)
    inside = np.zeros(at.x.shape, dtype=bool)
    for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1], strict=True):
        best = np.minimum(best, line(at, ax, ay, bx, by, 0.0))
        crosses = (ay > at.y) != (by > at.y)
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = (bx - ax) * (at.y - ay) / (by - ay) + ax
        inside ^= crosses & (at.x < reach)
    return np.where(inside, -best, best)


def ring(at: Canvas, cx: float, cy: float, radius: float, width: float) -> Field:
    return np.abs(circle(at, cx, cy, radius)) - width


def tube(at: Canvas, cx: float, half: float, colour: Colour, shine: float = 0.35) -> Field:
    """Colours of an upright cylinder lit from the left."""
    u = np.clip((at.x - cx) / half, -1, 1)
    light = 0.62 + 0.38 * np.sqrt(1 - 0.9 * np.square(u))
    gloss = shine * np.exp(-np.square((u + 0.45) / 0.16))
    return np.clip(np.asarray(colour) * light[..., None] + gloss[..., None], 0, 1)


def ball(at: Canvas, cx: float, cy: float, r: float, colour: Colour, shine: float = 0.3) -> Field:
    """Colours of a sphere lit from the upper left."""
    u, v = (at.x - cx) / r, (at.y - cy) / r
    depth = np.sqrt(np.clip(1 - u * u - v * v, 0, 1))
    light = np.clip(0.55 + 0.45 * (-0.5 * u - 0.6 * v + 0.62 * depth), 0.3, 1.05)
    gloss = shine * np.exp(-(np.square(u + 0.35) + np.square(v + 0.4)) / 0.05)
    return np.clip(np.asarray(colour) * light[..., None] + gloss[..., None], 0, 1)


def fade(at: Canvas, top: Colour, bottom: Colour, y0: float, y1: float) -> Field:
    """A vertical gradient between two heights."""
    mix = np.clip((at.y - y0) / (y1 - y0), 0, 1)[..., None]
    return np.asarray(top) * (1 - mix) + np.asarray(bottom) * mix


def png(at: Canvas) -> bytes:
    """The picture as an 8-bit RGB PNG; each row takes the filter with the least residue."""
    rgb = np.round(np.clip(at.pixels, 0, 1) * 255).astype(np.uint8)
    height, width, _ = rgb.shape
    rows = rgb.reshape(height, width * 3).astype(np.int16)
    above = np.vstack([np.zeros_like(rows[:1]), rows[:-1]])
    left = np.hstack([np.zeros_like(rows[:, :3]), rows[:, :-3]])
    kinds = [rows, rows - left, rows - above]
    residues = np.stack([(kind & 0xFF).astype(np.uint8) for kind in kinds])
    cost = np.abs(residues.view(np.int8).astype(np.int32)).sum(axis=2)
    chosen = cost.argmin(axis=0)
    raw = b"".join(
        bytes([int(kind)]) + residues[kind, row].tobytes() for row, kind in enumerate(chosen)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(raw, 9)) + _chunk(b"IEND", b"")
    )  # fmt: skip


def _chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
