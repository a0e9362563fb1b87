"""`build/documents/event-types.md`: each event type that agencies can receive, for readers."""

from collections.abc import Iterable

from services.partners.streams.event_type.rules import FieldOfType, TypeInWords

HEAD = """# Event types for agencies

Generated from the code by `make documents`.

Each section describes one version of an event type: its meaning, the agencies that receive it, its fields, and a
fictitious sample. A field is always present, optional, or present only for agencies that may have its data category.

- Ids are your agency's own: the same thing has the same id in all your events, and no other agency has that id.
- Times are precise to the hour.
- The last part of this page lists the meanings of codes.
- A version only gains optional fields, and lists gain codes. The source lists the changes in
  `docs/reference/changes.md`.

`partners` serves the same in your language, with a schema for tools: `GET /v1/event-types`, and
`GET /v1/event-types/<type>` for one type. `GET /asyncapi-agencies.json` describes all of them for tools.
"""


def page(types: Iterable[TypeInWords]) -> str:
    """Return the page as Markdown."""
    described = sorted(types, key=lambda one: one.type)
    lists = {field.code_list: field for one in described for field in one.fields if field.code_list}
    return "\n".join(
        [HEAD, *(_section(one) for one in described), "## Codes\n", *(_codes(lists[name]) for name in sorted(lists))]
    )


def _section(one: TypeInWords) -> str:
    head = f"## {one.type}\n\n{one.meaning} Place on the path: {one.place}.\n\nFor {one.for_whom}\n"
    rows = [f"| `{field.name}` | {field.meaning} | {_kind(field)} | {_given(field)} |" for field in one.fields]
    table = "\n".join(["| field | means | kind | given |", "| --- | --- | --- | --- |", *rows])
    return f"{head}\n{table}\n\n```json\n{one.sample}\n```\n" if rows else f"{head}\nIts data is empty.\n"


def _kind(field: FieldOfType) -> str:
    if not field.code_list:
        return field.kind
    kind, comma, null = field.kind.partition(",")
    return f"{kind} of [`{field.code_list}`](#{field.code_list}){comma}{null}"


def _given(field: FieldOfType) -> str:
    if field.category:
        return f"with `{field.category}`"
    return "always" if field.is_always_there else "optional"


def _codes(field: FieldOfType) -> str:
    if not field.codes:
        return f"### {field.code_list}\n\nToo long to write out: `GET /v1/reference/lists/{field.code_list}`.\n"
    rows = [f"| `{code}` | {words} |" for code, words in field.codes]
    return "\n".join([f"### {field.code_list}\n", "| code | means |", "| --- | --- |", *rows, ""])
