"""`build/documents/event-types.md`: each event type that agencies can receive, for readers."""

from collections.abc import Iterable

from services.partners.streams.event_type.rules import FieldOfType, TypeInWords

HEAD = """# The events that agencies may hear of

Generated from the code by `make documents`.

One section for each version of a type: what happened, who may be told, each field, and a made-up sample. A field is
always there, or only for those who may have its category of the person. Ids are names that you alone know a thing by:
the same thing has the same name in all that you get, and no other agency has it. Moments are to the hour. What the
codes mean is at the end. A version only gains optional fields, and lists gain codes; `docs/reference/changes.md` in
the source lists the changes.

The same in your language, with a schema for tools, is at the agencies' door: `GET /v1/event-types`, and
`GET /v1/event-types/<type>` for one; `GET /asyncapi-agencies.json` has all of it for a tool.
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
