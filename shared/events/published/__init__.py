"""The published JSON Schemas of all services' events, generated from their declarations (`make documents`).

They are files, so that every service can resolve every `dataschema` without containing another service's code. The
files are also the release's catalogue of events: each service uses it to recognise events of other services.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

CONTENT_TYPE: Final = "application/schema+json"
_FOLDER = Path(__file__).parent
#: The form of `shared.events.envelope.schema_address`; no other text becomes part of a path.
_ADDRESS = re.compile(
    r"urn:casepath:(?P<whose>schema|agency-schema):(?P<service>[a-z]{2,20}):"
    r"(?P<name>[a-z_]{2,30}\.[a-z_]{2,30}):(?P<version>v[1-9]\d{0,3})"
)


def schema(address: str) -> bytes | None:
    """Return the schema document for a `dataschema` address; None if no event has that address."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    folder = _FOLDER / "agencies" if match["whose"] == "agency-schema" else _FOLDER
    path = folder / match["service"] / f"{match['name']}.{match['version']}.json"
    return path.read_bytes() if path.is_file() else None


@cache
def types() -> frozenset[tuple[str, str, int]]:
    """Return the types of all services that this release knows, by source, name and version.

    Read once on first use: importing a service reads no files.
    """
    named = ((path.parent.name, path.stem) for path in _FOLDER.glob("*/*.json"))
    split = ((service, *stem.rsplit(".v", 1)) for service, stem in named)
    return frozenset((service, name, int(version)) for service, name, version in split)
