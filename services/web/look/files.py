"""Style sheets, scripts and the sound of alerts, each under an address with its hash.

Browsers may therefore cache them without a time limit.

htmx is unchanged since its publication; `files/README.md` has its licence and hash.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from flask import Response

FOLDER: Final = Path(__file__).parent / "files"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".wav": "audio/wav",
}
_HASH_LENGTH: Final = 16


class LookFile(NamedTuple):
    """A file for browsers."""

    address: str
    content: bytes
    content_type: str


@cache
def look_files(folder: Path = FOLDER) -> dict[str, LookFile]:
    """Return every file of a folder, by its name."""
    files = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in _TYPES:
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:_HASH_LENGTH]
            files[path.name] = LookFile(f"/look/{digest}/{path.name}", content, _TYPES[path.suffix])
    return files


def address_of(name: str, folder: Path = FOLDER) -> str:
    """Return the address of a file."""
    return look_files(folder)[name].address


def answer_with(digest: str, name: str, folder: Path = FOLDER) -> Response | tuple[str, int]:
    """Answer a request for a file at its address."""
    file = look_files(folder).get(name)
    if file is None or file.address != f"/look/{digest}/{name}":
        return "", 404
    response = Response(file.content, content_type=file.content_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
