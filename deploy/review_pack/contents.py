"""The document of a jurisdiction: how to use it, what to answer first, each statement once, and where to sign."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from deploy.review_pack.blocks import Block, Boxes, Grid, Heading, Items, Lines, Rows, Text
from deploy.review_pack.entry import anchor_of, blocks_of, name_of
from deploy.review_pack.labels import label, long_day
from shared import __version__
from shared.reference import JURISDICTIONS, ClockRule, Review, Statement, profile
from shared.reference.reviews import open_statements
from shared.reference.statements import of_profile

#: Each chapter with the sections of its statements. The last one has all others.
_CHAPTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "Periods": ("clock", "period without a clock"),
    "Ways to redress": ("remedy", "conflict of remedies"),
    "Consent, reports and official identification": (
        *("consent", "duty to notify", "first responders", "stage", "authority"),
    ),
    "Residence and support": ("residence", "basis", "entitlement"),
    "Rights that must be explained": ("right",),
    "Working days, time and language": ("jurisdiction", "calendar", "day off", "timezone", "languages"),
    "Practice": (),
}
_PERIODS: Final = _CHAPTERS["Periods"]
_KINDS: Final = ("limitation", "maximum", "minimum", "target")


@dataclass(frozen=True)
class Pack:
    """A document, the statements in it by their numbers, and how many of them are open."""

    jurisdiction: str
    title: str
    blocks: tuple[Block, ...]
    statements: tuple[tuple[int, Statement], ...]
    waiting: int


# control: H-DEADLINE-9 review-pack
def pack_of(code: str, reviews: Mapping[str, tuple[Review, ...]], on: date) -> Pack:
    """Return the document of a jurisdiction, with each statement of its files once."""
    law, place = profile(code), label("jurisdiction", code)
    distinct = {statement.name: statement for statement in of_profile(law) if statement.is_kept}
    chapters = {title: _ordered(title, distinct) for title in _CHAPTERS}
    in_order = [statement for statements in chapters.values() for statement in statements]
    numbers = {statement.name: number for number, statement in enumerate(in_order, start=1)}
    waiting = open_statements(in_order, reviews)
    shared = _shared_with(code)
    blocks: list[Block] = [*_how_to_use(place, code, on), *_first(waiting, len(in_order), numbers)]
    for title, statements in chapters.items():
        blocks += [Heading(2, title, _anchor(title))] if statements else []
        for statement in statements:
            number = numbers[statement.name]
            blocks += blocks_of(law, number, statement, reviews, shared.get(statement.name, ()))
    blocks += _signature(place)
    return Pack(code, f"Legal review: {place}", tuple(blocks), tuple(enumerate(in_order, start=1)), len(waiting))


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-").replace(",", "")


def _chapter(section: str) -> str:
    return next((title for title, sections in _CHAPTERS.items() if section in sections), "Practice")


def _ordered(title: str, distinct: Mapping[str, Statement]) -> list[Statement]:
    """Return the statements of a chapter, the least certain first. The versions of one rule stay together."""
    inside = [statement for statement in distinct.values() if _chapter(statement.section) == title]
    first: dict[tuple[str, str], tuple[int, int]] = {}
    for statement in inside:
        named = (statement.section, statement.code)
        first[named] = min(_urgency(statement), first.get(named, _urgency(statement)))
    return sorted(inside, key=lambda each: (first[each.section, each.code], each.section, each.code, each.leaf.version))


def _urgency(statement: Statement) -> tuple[int, int]:
    """Return how soon a statement should be answered: first by its certainty, then by the kind of a period."""
    leaf = statement.leaf
    kind = _KINDS.index(leaf.kind) if isinstance(leaf, ClockRule) else len(_KINDS)
    if leaf.certainty == "unclear" or is_unread(statement):
        return 0, kind
    if leaf.verify:
        return (1 if leaf.from_memory else 2), kind
    return (3 if leaf.from_memory else 4), kind


def is_unread(statement: Statement) -> bool:
    """Return whether a reading of a period comes from a law that was not read."""
    return isinstance(statement.leaf, ClockRule) and any(reading.unread for reading in statement.leaf.readings)


def _shared_with(code: str) -> dict[str, tuple[str, ...]]:
    """Return the names of the other jurisdictions with the same statement, by its name."""
    places: dict[str, tuple[str, ...]] = {}
    for other in (other for other in JURISDICTIONS if other != code):
        for statement in of_profile(profile(other)):
            places[statement.name] = (*places.get(statement.name, ()), label("jurisdiction", other))
    return places


def _how_to_use(place: str, code: str, on: date) -> Iterator[Block]:
    yield Heading(1, f"Legal review: {place}", "top")
    yield Text(
        "Casepath is software for organisations that support victims of human trafficking. It shows them legal "
        f"periods, remedies and rights. This document lists all that Casepath states about the law of {place}. "
        "Please check whether each one is right. It contains no data about any person."
    )
    yield Heading(2, "What to do")
    yield Items(
        (
            "Begin with the list “What to answer first”. You do not have to answer everything.",
            "For each statement, tick one box: right, wrong, or I do not know. If it is wrong, write what is right.",
            "Where no address of the source is printed, write one if you know it.",
            "Fill in and sign the last page. State which statements your answers cover (the scope).",
            f"Return the document, or the file answers-{code}.toml. The organisation imports your answers.",
        ),
        is_numbered=True,
    )
    yield Heading(2, "What your signature means")
    yield Items(
        (
            "Your name, your qualification, the day and the scope are stored with each answer.",
            "“Right” means: the printed text is the law on the day of your signature, for cases that it covers.",
            "“Wrong” means: the statement stays on the list of open statements until it is corrected.",
            "If the printed text is changed later, your answer no longer applies, and Casepath says so.",
            "Your answer is no advice about the case of a person.",
        )
    )
    yield Heading(2, "Words in this document")
    yield Rows(
        "How certain a statement is",
        (
            ("settled", ("We read the source, and it has one meaning.",)),
            ("likely", ("We know the rule, and a lawyer should confirm it.",)),
            ("unclear", ("We have not read the source, or it can be read in very different ways.",)),
            ("from memory", ("We did not read the source. The statement is general knowledge.",)),
        ),
    )
    yield Text(
        "In a calendar, grey days are weekends and public holidays. +3 is the third day of the count. A period that "
        "takes long shows only the months in which it starts and ends."
    )
    yield Text(f"Written on {long_day(on)} from Casepath {__version__}.", is_small=True)


def _first(waiting: tuple[Statement, ...], total: int, numbers: Mapping[str, int]) -> Iterator[Block]:
    yield Heading(2, "What to answer first", "first")
    periods = sorted(
        (statement for statement in waiting if statement.section in _PERIODS),
        key=lambda statement: (_urgency(statement), numbers[statement.name]),
    )
    yield Text(
        "A person can lose a right if one of these periods is wrong. Those that are unclear or that nobody has read "
        "come first, then those from memory, then those that are likely."
    )
    yield Grid(
        "Open periods, the most urgent first",
        ("No.", "Period", "Why it is open"),
        tuple((str(numbers[each.name]), name_of(each), _why(each)) for each in periods),
        tuple(anchor_of(numbers[each.name]) for each in periods),
    )
    others = len(waiting) - len(periods)
    yield Text(
        f"Then answer the {others} other open statements. Of {total} statements, {total - len(waiting)} are settled or "
        "have been found right. They are printed so that you can object."
    )


def _why(statement: Statement) -> str:
    leaf = statement.leaf
    whose = ["limit of the person"] if isinstance(leaf, ClockRule) and leaf.kind == "limitation" else []
    unread = ["a law that nobody has read"] if is_unread(statement) else []
    memory = ["from memory"] if leaf.from_memory else []
    return ", ".join([leaf.certainty, *memory, *unread, *whose])


def _signature(place: str) -> Iterator[Block]:
    yield Heading(2, "Signature", "signature")
    yield Text(f"I have answered statements in this document about the law of {place}.")
    yield Boxes(
        "Scope of my answers", (("all statements", 0), ("only those that I ticked", 0), ("only these numbers:", 2))
    )
    yield Lines(("Name", "Qualification, bar or roll number", "Date", "Signature"))
    yield Text(
        "Your name is stored with your answers, in a file next to the data about the law. If the organisation "
        "publishes that file, your name is public. You can write a reference instead, such as a roll number.",
        is_small=True,
    )
