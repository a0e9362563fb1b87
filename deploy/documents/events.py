"""`build/documents/events.md`: every event, for integrators."""

from collections.abc import Mapping

from deploy.documents import what_agencies_hear
from deploy.documents.description import Description, EventDescription, FieldDescription
from shared.reference import code_lists

KINDS = {
    "Code": "code",
    "PartialDay": "date, perhaps only its month or year",
    "Moment": "moment as far as it is known: with its zone, a date, month or year, or `unknown`",
    "Day": "date",
    "Instant": "moment with its zone",
    "Count": "count",
    "Flag": "true or false",
    "Reference": "id",
}

HEAD = """# Events

Generated from the code by `make documents`.

Each service publishes its events to the topic exchange `<service>.events`, under the routing key that heads each
section, as [CloudEvents 1.0](https://cloudevents.io) in structured JSON (`application/cloudevents+json`). The same
documents are in the service's feed, `GET /v1/events?after=<position>`. `subject` is the case, `sequence` the event's
place in the service's log, `causationid` the event that set it off. `data` carries codes, dates, counts, true or false,
and ids: never a name, a birth date, an address, contact details or free text.

A version only ever gains optional fields, so read what you know and leave the rest. A code is of a
published list, which it names, or identifies something; lists gain codes, so the schemas name the list and leave it
open. Every service resolves every `dataschema` below `/v1/schemas/`; [asyncapi/](asyncapi/) has the same. The data of
an event whose subject was erased are `{}`, under `dataclassification` `erased`; that is valid, too.

*Other agencies* says who outside the installation may be told, and *category* what an agency must be allowed to have of
the person for a field; a field beyond that is left out. The whole, with the reasons:
`docs/reference/what-agencies-hear.md` in the source.
"""


def page(described: Mapping[str, Description]) -> str:
    """Return the page as Markdown."""
    parts = [HEAD]
    for service, description in described.items():
        parts.append(f"## {service}\n\n{description['purpose']}\n")
        parts += [_section(service, event, described) for event in description["emits"]]
    parts.append(_code_lists(described))
    return "\n".join(parts)


def readers(service: str, name: str, described: Mapping[str, Description]) -> list[str]:
    """Return the names of the services that read an event."""
    key = f"{service}.{name}"
    return [
        other for other, description in described.items() if any(read["key"] == key for read in description["reads"])
    ]


def _section(service: str, event: EventDescription, described: Mapping[str, Description]) -> str:
    reader_names = ", ".join(readers(service, event["name"], described)) or "no service (integrators only)"
    protects = " It protects: a follower applies it on receipt." if event["protects"] else ""
    inside = " It stays inside: no door passes it on, and staff are not shown it." if event["inside"] else ""
    head = (
        f"### {event['name']}.v{event['version']}\n\n{event['meaning']}{protects}{inside}\n\n"
        f"Place on the path: {event['place']}. Classification: `{event['classification']}`. Read by: {reader_names}.\n"
        f"\nOther agencies: {what_agencies_hear.audience_of(event['outside'])}\n"
    )
    return f"{head}\n{_table(event)}" if event["fields"] else f"{head}\nIts data is empty.\n"


def _table(event: EventDescription) -> str:
    rows = [
        f"| `{field['name']}` | {_kind(field)} | {'always' if field['required'] else 'optional'} "
        f"| {what_agencies_hear.category_of(event['outside'], field['name'])} |"
        for field in event["fields"]
    ]
    return "\n".join(["| field | kind | given | category |", "| --- | --- | --- | --- |", *rows, ""])


def _kind(field: FieldDescription) -> str:
    kind = KINDS[field["kind"]]
    many = f"list of {kind}s" if field["many"] else kind
    if field["code_list"]:
        many = f"{many} of [`{field['code_list']}`](#code-lists)"
    elif field["identifies"]:
        many = f"{many}: {field['identifies'][0].lower()}{field['identifies'][1:].rstrip('.')}"
    return f"{many}, or null" if field["nullable"] else many


def _code_lists(described: Mapping[str, Description]) -> str:
    """Return the lists that events name, with the codes that they hold today."""
    lists = code_lists()
    used = {
        field["code_list"]
        for description in described.values()
        for event in description["emits"]
        for field in event["fields"]
        if field["code_list"]
    }
    rows = [f"| `{name}` | {', '.join(f'`{code}`' for code in lists[name])} |" for name in sorted(used)]
    return "\n".join(["## Code lists\n", "| list | codes today |", "| --- | --- |", *rows, ""])
