"""JSON Schemas of the events for agencies, as published (`make documents`)."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NotRequired, TypedDict

_FOLDER: Final = Path(__file__).parent / "published" / "agencies"

FieldSchema = TypedDict(
    "FieldSchema",
    {
        "type": str | list[str],
        "format": NotRequired[str],
        "description": str,
        "examples": NotRequired[list[str | None]],
        "items": NotRequired["FieldSchema"],
        "x-code-list": NotRequired[str | None],
        "x-identifies": NotRequired[str],
        "x-data-category": NotRequired[str],
    },
)


class DataSchema(TypedDict):
    """The schema of an event's data, or of a missing `data`."""

    title: NotRequired[str]
    description: NotRequired[str]
    type: str
    properties: NotRequired[Mapping[str, FieldSchema]]
    required: NotRequired[list[str]]
    maxProperties: NotRequired[int]


AgencySchema = TypedDict(
    "AgencySchema",
    {
        "$schema": str,
        "$id": str,
        "title": str,
        "description": str,
        #: The agencies that can receive it, and its place on the person's path.
        "x-for": str,
        "x-place": str,
        "anyOf": list[DataSchema],
        "examples": list[Mapping[str, object]],
    },
)


@cache
def by_type() -> Mapping[str, AgencySchema]:
    """Return the schema of each event version that agencies can receive, by its CloudEvents type."""
    paths = sorted(_FOLDER.glob("*/*.json"))
    return {f"org.casepath.{path.parent.name}.{path.stem}": json.loads(path.read_bytes()) for path in paths}
