"""QR codes of drawn files, decoded as by a phone: from the dark rectangles of the drawing."""

import re
import zlib
from collections.abc import Sequence

import zxingcpp

#: A rectangle: left, top, width and height, in any unit.
Bar = tuple[float, float, float, float]
_IN_SVG = re.compile(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z")
_IN_PDF = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) (-?[\d.]+) re f")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
#: Points of the picture per module, and white modules around it.
_POINTS, _QUIET = 4, 4


def in_svg(file: bytes) -> str:
    """Return the text of the QR code in an SVG file."""
    return _read([tuple(map(float, bar)) for bar in _IN_SVG.findall(file.decode())])  # type: ignore[misc]  # four each


def in_pdf(file: bytes) -> str:
    """Return the text of the QR code in a PDF file."""
    content = b"".join(_opened(stream) for stream in _STREAM.findall(file))
    bars = [tuple(map(float, bar)) for bar in _IN_PDF.findall(content)]
    # The vertical axis of a PDF file points up, and a rectangle can extend down from its corner.
    return _read([(left, -top, width, abs(height)) for left, top, width, height in bars])  # type: ignore[misc]


def _opened(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def _read(bars: Sequence[Bar]) -> str:
    module = bars[0][3]
    first_left, first_top = min(bar[0] for bar in bars), min(bar[1] for bar in bars)
    side = round((max(bar[0] + bar[2] for bar in bars) - first_left) / module)
    across = (side + 2 * _QUIET) * _POINTS
    picture = bytearray(b"\xff" * across * across)
    for left, top, width, _ in bars:
        begin = (round((left - first_left) / module) + _QUIET) * _POINTS
        for down in range(_POINTS):
            row = (round((top - first_top) / module) + _QUIET) * _POINTS + down
            points = round(width / module) * _POINTS
            picture[row * across + begin : row * across + begin + points] = bytes(points)
    [found] = zxingcpp.read_barcodes(memoryview(bytes(picture)).cast("B", (across, across)))
    return str(found.text)
