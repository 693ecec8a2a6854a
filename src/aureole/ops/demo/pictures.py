"""Small PNG pictures (RFC 2083) drawn by arithmetic: no imaging library, no binaries in the repository."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from random import Random

WIDTH, HEIGHT = 288, 192

Colour = tuple[int, int, int]
Shape = Callable[[float, float], Colour | None]


def _tent(x: float, y: float) -> Colour | None:
    if abs(x - 0.5) < 0.03 and 0.62 < y < 0.8:
        return (58, 52, 44)
    return (196, 122, 52) if 0.35 < y < 0.8 and abs(x - 0.5) < (y - 0.35) * 0.8 else None


def _pole(x: float, y: float) -> Colour | None:
    """Two halves that no longer meet."""
    if abs(x - 0.53) < 0.015:
        return None
    height = 0.42 + x * 0.12 if x < 0.53 else 0.66 - x * 0.2
    if 0.5 < x < 0.6 and abs(y - height) < 0.04:
        return (176, 58, 46)
    return (70, 74, 82) if abs(y - height) < 0.025 else None


def _shoe(x: float, y: float) -> Colour | None:
    if 0.72 < y < 0.78 and 0.2 < x < 0.84:
        return (34, 30, 28)
    upper = 0.42 < y < 0.68 and 0.24 < x < 0.5
    toe = 0.5 < y < 0.68 and 0.5 <= x < 0.8 - (0.68 - y) * 0.5
    return (128, 92, 60) if upper or toe else None


def _cloth(x: float, y: float) -> Colour | None:
    if (x - 0.35) ** 2 + (y - 0.4) ** 2 < 0.02:
        return (124, 74, 138)
    return (52, 84, 132) if 0.15 < x < 0.85 and 0.2 < y < 0.9 else None


def _stove(x: float, y: float) -> Colour | None:
    dent = (x - 0.68) ** 2 + (y - 0.55) ** 2 < 0.01
    return (150, 152, 156) if 0.3 < x < 0.7 and 0.45 < y < 0.75 and not dent else None


def _parcel(x: float, y: float) -> Colour | None:
    if 0.25 < x < 0.75 and 0.4 < y < 0.8:
        return (224, 206, 168) if abs(x - 0.5) < 0.03 else (176, 136, 92)
    return None


_SHAPES: dict[str, Shape] = {
    "tent": _tent, "pole": _pole, "shoe": _shoe, "cloth": _cloth, "stove": _stove, "parcel": _parcel,
}  # fmt: skip


def draw_picture(scene: str, seed: str) -> bytes:
    """A PNG of the scene under an evening sky, grainy like a photograph.

    Raises KeyError for an unknown scene.
    """
    shape, grain = _SHAPES[scene], Random(seed)  # noqa: S311 (grain, not a secret)
    rows = bytearray()
    for line in range(HEIGHT):
        y = line / HEIGHT
        ground = _ground(y)
        colours = [shape(column / WIDTH, y) or ground for column in range(WIDTH)]
        rows += b"\x00" + _grainy(colours, grain.randbytes(WIDTH))  # 0: the row is not filtered
    return _png(bytes(rows))


def _grainy(colours: Sequence[Colour], noise: bytes) -> bytes:
    """The row's pixels, each a little lighter or darker; colours above stay clear of both ends."""
    row = bytearray(3 * len(colours))
    for channel in range(3):
        row[channel::3] = bytes(
            colour[channel] + grain % 11 - 5 for colour, grain in zip(colours, noise, strict=True)
        )
    return bytes(row)


def _ground(y: float) -> Colour:
    if y > 0.78:
        return (104, 122, 78)
    return (int(150 + 80 * y), int(176 + 30 * y), int(212 - 40 * y))


def _png(rows: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 6)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
