"""`docs/reference/what-agencies-hear.md`: which agencies receive which events, and which fields."""

import json
from collections.abc import Iterator, Mapping, Sequence

from deploy.documents.description import Description, EventDescription
from shared.events.audience import OWN_LIMITS_TO, Reach
from shared.events.openings import CATEGORIES_OF, GROUPS
from shared.events.outside import TermsDocument, TypeDocument

HEAD = """# What agencies receive

Generated from the code by `make documents`; a test fails when it is stale.

An agency receives an event about a person only under a consent of that person or a named legal ground. Two conditions
apply:

- The consent or ground covers one of the purposes and the data category in the row of the event. `any` requires a
  purpose and no category.
- The agreement with the agency covers the same purpose and category.

A category or purpose in the column *that it happened* opens the event without the fields that have a category. Some
purposes open only some data categories, also in a consent that names more:

@NARROW@

The person can name claims, types of matter, or stages of the criminal proceedings in a consent. Then it opens less: no
event about another claim or matter, no event about a claim that does not state which one, and nothing in other stages.
The column *about* marks the events that depend on it: about a claim, or about types of matter.

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
_COLUMNS = ("event", "category", "for one of", "that it happened", "about")


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
            _head(),
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
    whole = f"those that may have {_category(terms)} for {_groups_of(terms['purposes'])}"
    only_that = _only_that(terms)
    return f"{whole}; that it happened: {only_that}." if only_that else f"{whole}."


def _whose(outside: TypeDocument) -> str:
    if outside["agency"] is not None:
        return f"that `{outside['agency']}` names"
    return f"that the `{outside['record']}` is with"


def _head() -> str:
    types = ", ".join(f"`{name}`" for name in sorted(OWN_LIMITS_TO))
    return HEAD.replace("{types}", types).replace("@NARROW@", _narrow())


def _narrow() -> str:
    return "\n".join(
        f"- `{purpose}`: {', '.join(f'`{category}`' for category in sorted(categories))}"
        for purpose, categories in sorted(CATEGORIES_OF.items())
    )


def _category(terms: TermsDocument) -> str:
    return "anything of the person" if terms["category"] is None else f"`{terms['category']}`"


def _only_that(terms: TermsDocument) -> str:
    """Return the category or the groups of purposes that open only that the event happened."""
    instead = [f"`{terms['instead']}`"] if "instead" in terms else []
    reported = _groups_of(terms.get("reported_to", []))
    return ", ".join([*instead, *([reported] if reported else [])])


def _about(terms: TermsDocument) -> str:
    """Return what the event is about, if a consent can name it or some agencies never receive it."""
    claim = ["a claim"] if terms.get("of_a_claim") else []
    own = ["own limit"] if terms.get("own_limit") else []
    return ", ".join([*claim, *own, *(f"`{matter}`" for matter in terms.get("matters", []))])


def _groups_of(stated: Sequence[str]) -> str:
    """Return groups of purposes in words; a group that is there in part, by its purposes."""
    purposes = frozenset(stated)
    whole = [group for group, members in GROUPS.items() if members <= purposes]
    rest = purposes.difference(*(GROUPS[group] for group in whole))
    return ", ".join([*whole, *(f"`{purpose}`" for purpose in sorted(rest))])


def _groups() -> list[tuple[str, str]]:
    return [(group, ", ".join(f"`{purpose}`" for purpose in sorted(members))) for group, members in GROUPS.items()]


def _name(service: str, event: EventDescription) -> str:
    return f"`{service}.{event['name']}.v{event['version']}`"


def _table_of_terms(types: Iterator[tuple[str, EventDescription]]) -> list[str]:
    rows = []
    for service, event in types:
        terms = event["outside"]["opens"]
        if terms is not None:
            rows.append((_name(service, event), *_cells(terms), _further(event["outside"])))
    return _table((*_COLUMNS, "fields that need more"), rows)


def _cells(terms: TermsDocument) -> tuple[str, str, str, str]:
    return _needed(terms), _groups_of(terms["purposes"]), _only_that(terms), _about(terms)


def _needed(terms: TermsDocument) -> str:
    return "any" if terms["category"] is None else f"`{terms['category']}`"


def _further(outside: TypeDocument) -> str:
    """Return the fields that an agency may not receive with the event: of another category, or internal."""
    terms = outside["opens"]
    own = None if terms is None or _only_that(terms) else terms["category"]
    fields = []
    for name, field in outside["fields"].items():
        if field.get("stays") or field.get("category") not in (None, own):
            fields.append(f"`{name}` ({_STAYS})" if field.get("stays") else f"`{name}` (`{field['category']}`)")
    return ", ".join(fields)


def _by_code(types: Sequence[tuple[str, EventDescription]]) -> Iterator[str]:
    """Write one table for each deciding code. Types with the same audience share a table."""
    tables: dict[tuple[str, str], list[tuple[str, EventDescription]]] = {}
    for service, event in types:
        kind = event["outside"]
        key = str(kind["by"]), json.dumps(kind["codes"], sort_keys=True)
        tables.setdefault(key, []).append((service, event))
    for (by, _codes), sharing in sorted(tables.items(), key=lambda table: table[0][0]):
        names = ", ".join(_name(service, event) for service, event in sharing)
        is_only = sum(key[0] == by for key in tables) == 1
        yield f"### By `{by}`\n" if is_only else f"### By `{by}`: {sharing[0][1]['name']}\n"
        yield f"Of {names}.\n"
        further = {_name(service, event): _further(event["outside"]) for service, event in sharing}
        for fields in dict.fromkeys(filter(None, further.values())):
            named = [name for name, own in further.items() if own == fields]
            of = "" if len(named) == len(further) else f" of {', '.join(named)}"
            yield f"Fields{of} that need more: {fields}.\n"
        codes = sharing[0][1]["outside"]["codes"]
        yield from _table(
            ("code", *_COLUMNS[1:]),
            [
                (f"`{code}`", "", _NEVER, "", "") if terms is None else (f"`{code}`", *_cells(terms))
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
