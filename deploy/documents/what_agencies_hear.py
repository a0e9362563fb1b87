"""`docs/reference/what-agencies-hear.md`: which agencies receive which events, and which fields."""

from collections.abc import Iterator, Mapping, Sequence

from deploy.documents.description import Description, EventDescription
from shared.events.audience import OWN_LIMITS_TO, Reach
from shared.events.openings import GROUPS
from shared.events.outside import TermsDocument, TypeDocument

HEAD = """# What agencies receive

Generated from the code by `make documents`; a test fails when it is stale.

An agency receives an event about a person only under a consent of that person or a named legal ground. Two conditions
apply:

- The consent or ground covers one of the purposes and the data category in the row of the event. `any` requires a
  purpose and no category.
- The agreement with the agency covers the same purpose and category.

If the agency may not have the category of a field, the field is missing in `data`. Fields are never made less precise
instead. Internal ids of staff never leave the installation. [What deliveries reveal](what-deliveries-tell.md)
states what two agencies can find out together.

*Own limit* marks the person's own time limits. Agencies of other types than the following can decide about the person,
or be their opponent, and never receive them: {types}.

An event type, code or field without a declared audience stays inside, and a test fails until its audience is declared.
This page and `build/documents/events.md` name groups of purposes:
"""
_STAYS = "stays inside"
_NEVER = "Told to no agency."


def page(described: Mapping[str, Description]) -> str:
    """Return the page as Markdown."""
    types = [
        (service, event)
        for service, description in described.items()
        for event in description["emits"]
        if event["outside"]["reach"] != Reach.INSIDE.value
    ]
    return "\n".join(
        [
            HEAD.replace("{types}", ", ".join(f"`{name}`" for name in sorted(OWN_LIMITS_TO))),
            *_table(("in words", "purposes"), _groups()),
            "## About a person\n",
            *_table_of_terms((service, event) for service, event in types if event["outside"]["opens"]),
            *_by_code([(service, event) for service, event in types if event["outside"]["by"]]),
            "## To the agency that it is about\n",
            *_table(("event", "whose agency", "fields that need more"), _parties(types)),
            "## About no person\n",
            "An agreement is enough.\n",
            *_table(("event", "fields that need more"), _of_nobody(types)),
            "## Told to no agency\n",
            *_table(("event", "why"), _inside(described)),
        ]
    )


def audience_of(outside: TypeDocument) -> str:
    """Return a sentence about the agencies that can receive a type."""
    match Reach(outside["reach"]):
        case Reach.INSIDE:
            return f"none. {outside['because']}"
        case Reach.OF_NOBODY:
            return "any with an agreement; it is about no person."
        case Reach.PARTY:
            return f"only the one {_whose(outside)}."
        case Reach.PERSON:
            return _opened_by(outside)


def category_of(outside: TypeDocument, name: str) -> str:
    """Return the data category of a field, as the tables have it."""
    field = outside["fields"][name]
    return _STAYS if field.get("stays") else f"`{field['category']}`" if "category" in field else ""


def _opened_by(outside: TypeDocument) -> str:
    terms = outside["opens"]
    if terms is None:
        return f"those in the table of what agencies receive, by `{outside['by']}`."
    return f"those that may have {_category(terms)} for {_purposes(terms)}."


def _whose(outside: TypeDocument) -> str:
    if outside["agency"] is not None:
        return f"that `{outside['agency']}` names"
    return f"that the `{outside['record']}` is with"


def _category(terms: TermsDocument) -> str:
    return "anything of the person" if terms["category"] is None else f"`{terms['category']}`"


def _purposes(terms: TermsDocument) -> str:
    """Return the groups of purposes in words; a group that is there in part, by its purposes."""
    purposes = frozenset(terms["purposes"])
    whole = [group for group, members in GROUPS.items() if members <= purposes]
    rest = purposes.difference(*(GROUPS[group] for group in whole))
    words = ", ".join([*whole, *(f"`{purpose}`" for purpose in sorted(rest))])
    return f"{words} (own limit)" if terms.get("own_limit") else words


def _groups() -> list[tuple[str, str]]:
    return [(group, ", ".join(f"`{purpose}`" for purpose in sorted(members))) for group, members in GROUPS.items()]


def _name(service: str, event: EventDescription) -> str:
    return f"`{service}.{event['name']}.v{event['version']}`"


def _table_of_terms(types: Iterator[tuple[str, EventDescription]]) -> list[str]:
    rows = []
    for service, event in types:
        terms = event["outside"]["opens"]
        if terms is not None:
            rows.append((_name(service, event), _needed(terms), _purposes(terms), _further(event["outside"])))
    return _table(("event", "category", "for one of", "fields that need more"), rows)


def _needed(terms: TermsDocument) -> str:
    return "any" if terms["category"] is None else f"`{terms['category']}`"


def _further(outside: TypeDocument) -> str:
    """Return the fields that an agency may not receive with the event: of another category, or internal."""
    terms = outside["opens"]
    own = None if terms is None else terms["category"]
    fields = []
    for name, field in outside["fields"].items():
        if field.get("stays") or field.get("category") not in (None, own):
            fields.append(f"`{name}` ({_STAYS})" if field.get("stays") else f"`{name}` (`{field['category']}`)")
    return ", ".join(fields)


def _by_code(types: Sequence[tuple[str, EventDescription]]) -> Iterator[str]:
    """Write one table for each deciding code. Types with the same audience share a table."""
    for by in sorted({str(event["outside"]["by"]) for _, event in types}):
        sharing = [(service, event) for service, event in types if event["outside"]["by"] == by]
        names = ", ".join(_name(service, event) for service, event in sharing)
        yield f"### By `{by}`\n"
        yield f"Of {names}.\n"
        further = {_name(service, event): _further(event["outside"]) for service, event in sharing}
        for fields in dict.fromkeys(filter(None, further.values())):
            named = [name for name, own in further.items() if own == fields]
            of = "" if len(named) == len(further) else f" of {', '.join(named)}"
            yield f"Fields{of} that need more: {fields}.\n"
        codes = sharing[0][1]["outside"]["codes"]
        yield from _table(
            ("code", "category", "for one of"),
            [
                (f"`{code}`", "", _NEVER) if terms is None else (f"`{code}`", _needed(terms), _purposes(terms))
                for code, terms in codes.items()
            ],
        )


def _parties(types: Sequence[tuple[str, EventDescription]]) -> list[tuple[str, str, str]]:
    return [
        (_name(service, event), f"the one {_whose(event['outside'])}", _further(event["outside"]))
        for service, event in types
        if event["outside"]["reach"] == Reach.PARTY.value
    ]


def _of_nobody(types: Sequence[tuple[str, EventDescription]]) -> list[tuple[str, str]]:
    return [
        (_name(service, event), _further(event["outside"]))
        for service, event in types
        if event["outside"]["reach"] == Reach.OF_NOBODY.value
    ]


def _inside(described: Mapping[str, Description]) -> list[tuple[str, str]]:
    return [
        (_name(service, event), event["outside"]["because"])
        for service, description in described.items()
        for event in description["emits"]
        if event["outside"]["reach"] == Reach.INSIDE.value
    ]


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *lines, ""]
