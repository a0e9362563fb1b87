"""`tests/contracts/<release>/<service>/<event>.v<N>.json`: events of each release, for consumers of other releases.

The values of a sample follow from the declared kind of each field, the same in each run. Samples of earlier releases
are never rewritten, because their events stay in the logs.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypedDict
from uuid import NAMESPACE_URL, UUID, uuid5

import shared
from deploy.documents.description import Description, EventDescription, FieldDescription
from shared.events.envelope import Event

FOLDER = "tests/contracts"
NOTICE = "Fictitious. Made from the declared fields by `make documents`; no case and no person is behind it."

#: The value of a field of each kind. A code of a published list is that list's first value.
_VALUES: Mapping[str, object] = {
    "Code": "fictitious",
    "PartialDay": "2026-03",
    "Moment": "2026-03-02T15:40:00+00:00",
    "Day": "2026-03-02",
    "Instant": "2026-03-02T09:30:00+00:00",
    "Count": 3,
    "Flag": True,
}
_RECORDED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class SampleField(TypedDict):
    """The value of a field in a sample."""

    kind: str
    many: bool
    required: bool
    nullable: bool


class Sample(TypedDict):
    """An event as a release sends it, and the fields of its data."""

    notice: str
    fields: dict[str, SampleField]
    events: list[Mapping[str, object]]


def today(described: Mapping[str, Description]) -> dict[str, Sample]:
    """Return the sample of each event that this release sends, by its path below the checkout."""
    return {
        f"{FOLDER}/{shared.__version__}/{service}/{event['name']}.v{event['version']}.json": sample(service, event)
        for service, description in described.items()
        for event in description["emits"]
    }


def sample(service: str, event: EventDescription) -> Sample:
    """Return an event with all fields, with null where allowed, and with its required fields only."""
    full = {field["name"]: _value(service, event, field) for field in event["fields"]}
    nulls = full | {field["name"]: None for field in event["fields"] if field["nullable"]}
    least = {field["name"]: nulls[field["name"]] for field in event["fields"] if field["required"]}
    different = [full, *([nulls] if nulls != full else []), *([least] if least not in (full, nulls) else [])]
    return {
        "notice": NOTICE,
        "fields": {
            field["name"]: {
                "kind": field["kind"],
                "many": field["many"],
                "required": field["required"],
                "nullable": field["nullable"],
            }
            for field in event["fields"]
        },
        "events": [_event(service, event, place, data).document() for place, data in enumerate(different)],
    }


def text_of(written: Sample) -> str:
    """Return the text of a sample's file."""
    return json.dumps(written, indent=2, ensure_ascii=False) + "\n"


def breaches(promised: Sample, now: Sample | None) -> list[str]:
    """Return how a version of an event has changed otherwise than by optional fields; empty when it has not."""
    if now is None:
        return ["is not declared any more; its events stand in logs for ever"]
    sentences = []
    for name, before in promised["fields"].items():
        after = now["fields"].get(name)
        if after is None:
            sentences.append(f"has lost its field {name}")
        elif after != before:
            changed = ", ".join(key for key, was in before.items() if was != dict(after)[key])
            sentences.append(f"has changed its field {name} ({changed})")
    new = {name: field for name, field in now["fields"].items() if name not in promised["fields"]}
    return [
        *sentences,
        *(f"has a new field {name} that is required" for name, field in new.items() if field["required"]),
    ]


def _event(service: str, event: EventDescription, place: int, data: Mapping[str, object]) -> Event:
    return Event(
        id=_id(f"{service}/{event['name']}/{event['version']}/{place}"),
        source=service,
        name=event["name"],
        version=event["version"],
        subject=_id("subject"),
        time=_RECORDED,
        position=place + 1,
        epoch=_id("epoch"),
        correlation=_id("correlation"),
        classification=event["classification"],
        data=data,
        # The first has all that an event can have.
        cause=None if place else _id("cause"),
        traceparent=None if place else _TRACE,
    )


def _value(service: str, event: EventDescription, field: FieldDescription) -> object:
    schema = event["closed"]["anyOf"][0]["properties"][field["name"]]
    codes = [code for code in schema.get("items", schema).get("enum", ()) if code is not None]
    if field["kind"] == "Reference":
        one: object = str(_id(f"{service}/{event['name']}/{field['name']}"))
    else:
        one = codes[0] if codes else _VALUES[field["kind"]]
    return [one] if field["many"] else one


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"urn:casepath:sample:{name}")
