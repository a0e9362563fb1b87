"""The schemas of the requests that the desk sends, as the services publish them.

`make documents` extracts them from the OpenAPI documents, which have a hundred times the size. A test fails if the file
is stale.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from services.web.forms.fields import Field, fields_of

FILE: Final = Path(__file__).parent / "published.json"
#: What `Operation.version` says of a request that needs the version of the whole case.
OF_CASE: Final = "case"


@dataclass(frozen=True)
class Operation:
    """A request that changes something, by its id in the OpenAPI document of its service."""

    service: str
    method: str
    #: The path with its parameters: `/v1/cases/{case}/facts`.
    path: str
    #: The action that the caller needs, as the access table names it.
    action: str
    #: Whose version the request must name: `case`, a part of it such as `person`, or nothing (empty).
    version: str
    fields: tuple[Field, ...]


@cache
def operation(service: str, name: str) -> Operation:
    """Return a request by its service and operation id."""
    published = _published()
    stated = published["operations"][f"{service}.{name}"]
    fields = fields_of(stated["body"], published["lists"]) if stated["body"] else ()
    return Operation(service, stated["method"], stated["path"], stated["action"], stated["version"], fields)


def codes(name: str) -> tuple[str, ...]:
    """Return the codes of a list that the forms use, in the order of the list."""
    return tuple(_published()["lists"][name])


@cache
def _published() -> Mapping[str, Any]:
    published: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return published
