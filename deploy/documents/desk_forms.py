"""The schemas of the requests that the desk's forms send, extracted from the OpenAPI documents of the services.

The documents have 4 MB, and a process of the desk has 90 MB in all. The extract also has the codes of lists in the
order in which the lists state them; a schema sorts them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from services.web.doing.labels import LABELS
from services.web.doing.table import ACTS
from services.web.forms.fields import Field, fields_of
from services.web.forms.published import OF_CASE
from shared.http.openapi.schemas import CODE_LIST
from shared.reference import codes

#: Where it is written.
FILE: Final = "services/web/forms/published.json"
_REFERENCE: Final = "#/components/schemas/"
_NULL: Final = {"type": "null"}
_KEPT: Final = frozenset(
    (
        *("type", "title", "description", "format", "pattern", "enum", "anyOf", "items", "additionalProperties"),
        *("minLength", "maxLength", "minimum", "maximum", "properties", "required", CODE_LIST),
    )
)


def text(documents: Mapping[str, Mapping[str, Any]], parts: Mapping[str, Mapping[str, str]]) -> str:
    """Return the extract as text; `parts` has for each service the part of the case that an operation changes."""
    lists: dict[str, list[str]] = {}
    operations = {
        f"{act.service}.{act.request}": _operation(
            documents[act.service], act.request, parts[act.service].get(act.request, ""), lists
        )
        for act in ACTS.values()
    }
    for act in ACTS.values():
        for name in act.keys.values():
            lists[name] = list(codes(name).taken)
    extract = {"lists": dict(sorted(lists.items())), "operations": dict(sorted(operations.items()))}
    return json.dumps(extract, indent=1, ensure_ascii=False) + "\n"


def _operation(document: Mapping[str, Any], name: str, part: str, lists: dict[str, list[str]]) -> dict[str, Any]:
    path, method, stated = next(each for each in _operations(document) if each[2]["operationId"] == name)
    needs_version = any(each["name"] == "If-Match" for each in stated["parameters"])
    body = stated.get("requestBody")
    return {
        "method": method.upper(),
        "path": path,
        "action": stated["x-action"],
        "version": (part or OF_CASE) if needs_version else "",
        "body": _extract(body["content"]["application/json"]["schema"], document, lists) if body else None,
    }


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, stated in methods.items():
            yield path, method, stated


def _extract(schema: Mapping[str, Any], document: Mapping[str, Any], lists: dict[str, list[str]]) -> dict[str, Any]:
    """Return a schema with what a form needs, with the schemas that it refers to in it."""
    if "$ref" in schema:
        named = document["components"]["schemas"][schema["$ref"].removeprefix(_REFERENCE)]
        return _extract({**named, **{key: part for key, part in schema.items() if key != "$ref"}}, document, lists)
    if _NULL in schema.get("anyOf", ()):
        [stated] = [each for each in schema["anyOf"] if each != _NULL]
        found = _extract({**{key: part for key, part in schema.items() if key != "anyOf"}, **stated}, document, lists)
        return {**found, "type": [found["type"], "null"]}
    found = {key: part for key, part in schema.items() if key in _KEPT}
    for key in ("items", "additionalProperties"):
        if isinstance(found.get(key), Mapping):
            found[key] = _extract(found[key], document, lists)
    if "properties" in found:
        found["properties"] = {key: _extract(part, document, lists) for key, part in found["properties"].items()}
        found.pop("additionalProperties", None)
    if CODE_LIST in found and "enum" in found:
        _name_list(found, lists)
    return found


def _name_list(found: dict[str, Any], lists: dict[str, list[str]]) -> None:
    """Replace the codes of a field by the name of their list, if they are all codes that the list takes today."""
    taken = list(codes(found[CODE_LIST]).taken)
    stated = {code for code in found["enum"] if code is not None}
    # The form of codes follows from the list.
    found.pop("pattern", None)
    if stated == set(taken):
        lists[found[CODE_LIST]] = taken
        del found["enum"]
    else:
        found["enum"] = [code for code in taken if code in stated] or sorted(stated)


def messages(extract: str) -> list[str]:
    """Return the published labels and help texts that forms show, in alphabetical order: pages translate them."""
    published = json.loads(extract)
    shown: set[str] = set()
    for act in ACTS.values():
        stated = published["operations"][f"{act.service}.{act.request}"]["body"]
        fields = fields_of(stated, published["lists"]) if stated else ()
        shown.update(_said([each for each in fields if each.name not in act.without], act.code))
    return sorted(shown - {""})


def _said(fields: Iterable[Field], start: str) -> Iterator[str]:
    """Walk the texts of fields that have no label of the desk's own."""
    for each in fields:
        path = f"{start}.{each.name}"
        if not {path, path.partition(".")[2]} & LABELS.keys():
            yield from (each.label, each.help)
        yield from _said(each.fields, path)
