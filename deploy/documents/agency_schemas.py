"""The JSON Schema of each event as agencies receive it: `shared/events/published/agencies/`.

It is as open as the published schema. Fields that an agency may not be allowed to receive are optional, and internal
fields are missing. It also describes the event for readers: the meaning, each field with its data category, and a
sample. It has some codes of each list; `partners` serves all codes with their labels.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from deploy.documents import samples, what_agencies_hear
from deploy.documents.description import EventDescription, FieldDescription
from shared.events.agency_schemas import AgencySchema, DataSchema, FieldSchema
from shared.events.envelope import agency_schema_address
from shared.events.outside import FieldDocument, TypeDocument

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_MOST_EXAMPLES: Final = 5
_EMPTY: Final[DataSchema] = {
    "title": "nothing",
    "description": "Nothing is told of it, or not any more; or it is a subscription that asks for references alone.",
    "type": "object",
    "maxProperties": 0,
}


def of_service(service: str, events: Iterable[EventDescription]) -> dict[str, AgencySchema]:
    """Return the schema of each version that agencies may be handed, by name and version (`contact.opened.v1`)."""
    by_version = {(event["name"], event["version"]): event for event in events}
    schemas: dict[str, AgencySchema] = {}
    for (name, version), event in by_version.items():
        if event["outside"]["reach"] == "inside":
            continue
        schemas[f"{name}.v{version}"] = _schema(service, event, event["outside"])
        for form in event["outside"]["older"]:
            if not form["refused"]:
                older = by_version[name, form["version"]]
                schemas[f"{name}.v{form['version']}"] = _schema(service, older, event["outside"])
    return schemas


def _schema(service: str, event: EventDescription, outside: TypeDocument) -> AgencySchema:
    """Return the schema of a version. `outside`: the rules of the newest version, which decide for all."""
    drawn = event["published"]["anyOf"][0]
    fields = {field["name"]: field for field in event["fields"]}
    going = {name: stated for name, stated in outside["fields"].items() if name in fields and not stated.get("stays")}
    properties = {name: _field(drawn["properties"][name], fields[name], stated) for name, stated in going.items()}
    always = sorted(name for name, stated in going.items() if fields[name]["required"] and "category" not in stated)
    sample = samples.sample(service, event)["events"][0]["data"]
    return {
        "$schema": _DIALECT,
        "$id": agency_schema_address(service, event["name"], event["version"]),
        "title": f"{event['name']}.v{event['version']}",
        "description": event["meaning"],
        "x-for": what_agencies_hear.audience_of(outside),
        "x-place": event["place"],
        "anyOf": [{"type": "object", "properties": properties, "required": always}, _EMPTY],
        "examples": [{name: value for name, value in _as_mapping(sample).items() if name in going}],
    }


def _field(drawn: FieldSchema, field: FieldDescription, stated: FieldDocument) -> FieldSchema:
    schema = _with_few_codes(drawn)
    schema["description"] = _sentences(field["meaning"], drawn.get("description"))
    if "category" in stated:
        schema["x-data-category"] = stated["category"]
    return schema


def _with_few_codes(drawn: FieldSchema) -> FieldSchema:
    few = drawn.copy()
    if "examples" in few:
        few["examples"] = few["examples"][:_MOST_EXAMPLES]
    if "items" in few:
        few["items"] = _with_few_codes(few["items"])
    return few


def _sentences(meaning: str, further: str | None) -> str:
    return meaning if further is None or further == meaning else f"{meaning} {further}"


def _as_mapping(sample: object) -> Mapping[str, object]:
    return sample if isinstance(sample, Mapping) else {}
