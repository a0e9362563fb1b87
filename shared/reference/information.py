"""Information for the person: one short text in English for each topic, right, stage and remedy, with its sources.

The files in `information/` are the source. A text about law names the statements of the profiles that it is about.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from shared.reference.errors import BrokenReference

_FOLDER: Final = Path(__file__).parent / "information"
TOPICS: Final = "information_topic"
#: The file of each list of codes that texts are about.
_FILES: Final = {
    TOPICS: "topics.toml",
    "victim_right": "rights.toml",
    "identification_stage": "stages.toml",
    "remedy": "remedies.toml",
}


@dataclass(frozen=True)
class Source:
    """Where a text is from: a name, and an address on the web."""

    name: str
    address: str


@dataclass(frozen=True)
class Information:
    """One text, what is not sure about it, and its sources."""

    text: str
    not_sure: str | None
    sources: tuple[Source, ...]


@cache
def information_texts() -> Mapping[str, Information]:
    """Return every text by its key, such as `victim_right/be_understood`. Raises `BrokenReference`."""
    return MappingProxyType(
        {
            f"{kind}/{code}": _read(f"{name}: {code}", entry)
            for kind, name in _FILES.items()
            for code, entry in _file(name)[kind].items()
        }
    )


def _file(name: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_FOLDER.joinpath(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BrokenReference(name, f"can't be read: {error}") from error


def _read(place: str, entry: Mapping[str, Any]) -> Information:
    try:
        sources = tuple(Source(source["name"], source["address"]) for source in entry["sources"])
        return Information(entry["text"], entry.get("not_sure"), sources)
    except KeyError as missing:
        raise BrokenReference(place, f"has no {missing}") from missing
