"""One statement in the document: plain words, parameters, source, readings, examples, questions, and the answer."""

from collections.abc import Iterator, Mapping

from deploy.review_pack.blocks import Block, Boxes, Calendars, Grid, Heading, Items, Lines, Row, Rows, Text
from deploy.review_pack.examples import Example, examples_of
from deploy.review_pack.labels import joined, label, long_day
from deploy.review_pack.plain import in_plain_words
from deploy.review_pack.rules import rows_of_period
from shared.reference import ClockRule, OtherPeriod, Profile, Reading, Review, Statement
from shared.reference.leaf import OURS
from shared.reference.parameters import parameters
from shared.reference.readings import worded
from shared.reference.reviews import standing, void

#: The code list of the codes of each section.
_LISTS = {
    "clock": "clock_code",
    "period without a clock": "clock_code",
    "remedy": "remedy",
    "stage": "identification_stage",
    "authority": "authority",
    "right": "victim_right",
    "residence": "residence",
    "entitlement": "entitlement",
    "retention": "record_class",
}


def name_of(statement: Statement) -> str:
    """Return the name of a statement for people, with the day from which it applies if it is a version of a rule."""
    section, leaf = statement.section, statement.leaf
    if isinstance(leaf, OtherPeriod):
        return leaf.name
    if section == "conflict of remedies":
        return " and ".join(label("remedy", code) for code in statement.code.split())
    words = label(_LISTS[section], statement.code) if section in _LISTS else f"{section} {statement.code}".strip()
    words = words[0].upper() + words[1:]
    since = leaf.effective_from
    return f"{words} (from {since.day} {since:%B} {since.year})" if isinstance(leaf, ClockRule) else words


def anchor_of(number: int) -> str:
    """Return the name of a statement in the document."""
    return f"statement-{number}"


def blocks_of(
    law: Profile,
    number: int,
    statement: Statement,
    reviews: Mapping[str, tuple[Review, ...]],
    shared_with: tuple[str, ...],
) -> Iterator[Block]:
    """Yield the parts of one statement."""
    leaf = statement.leaf
    rule = leaf.rule if isinstance(leaf, OtherPeriod) else leaf
    examples = examples_of(law, rule) if isinstance(rule, ClockRule) else ()
    yield Heading(3, f"{number}. {name_of(statement)}", anchor_of(number))
    yield Text(" ".join(in_plain_words(statement)))
    if isinstance(leaf, ClockRule):
        yield Rows("What starts and ends it", rows_of_period(leaf))
    if isinstance(rule, ClockRule) and rule.readings:
        yield _readings(rule, examples)
    for place, example in enumerate(examples, start=1):
        yield from _example(place, example)
    yield Rows("The exact rule and its source", tuple(_exact(statement, shared_with)))
    yield Items(tuple(_questions(statement)))
    yield from _earlier(statement, reviews)
    yield Boxes(f"Your answer to {number}", (("right", 0), ("wrong. What is right:", 2), ("I do not know", 0)))
    if not statement.addresses:
        yield Lines(("Address of the source",))
    yield Text(f"id {statement.name} · hash {statement.digest}", is_small=True)


def _exact(statement: Statement, shared_with: tuple[str, ...]) -> Iterator[Row]:
    leaf = statement.leaf
    read = "From memory: we did not read the source." if leaf.from_memory else None
    if read is None:
        read = f"We read the source on {long_day(leaf.read_on)}." if leaf.read_on else "Our own practice, and no law."
    until = "" if leaf.effective_to is None else f" to {long_day(leaf.effective_to)}"
    whom = f" To be checked by: {leaf.checked_by}." if leaf.verify else ""
    yield "Source", (leaf.source,)
    if not statement.addresses:
        yield "Address", ("No address is known.",)
    yield "Certainty", (f"{leaf.certainty.capitalize()}. {read}{whom}",)
    yield "In force", (f"From {long_day(leaf.effective_from)}{until}.",)
    if leaf.note:
        yield "Our note", (leaf.note,)
    if shared_with:
        yield "Also used in", (f"{joined(shared_with, 'and')}. One answer is enough for all.",)
    yield "Parameters", (" · ".join(f"{name} = {text or 'none'}" for name, text in parameters(leaf)),)


def _readings(rule: ClockRule, examples: tuple[Example, ...]) -> Grid:
    """Return the readings of a period side by side, each with its end in every example."""
    readings = (rule.own_reading, *rule.readings)
    letters = "ABCDEFGHIJ"[: len(readings)]
    rows: list[tuple[str, ...]] = [
        ("Counted", *(_counted(rule, reading) for reading in readings)),
        ("Why", "The rule as we use it.", *(reading.why for reading in rule.readings)),
        ("Source read", *("no" if reading.unread or rule.from_memory else "yes" for reading in readings)),
    ]
    for number, example in enumerate(examples, start=1):
        rows.append((f"End of example {number}", *(example.ended(way) for _, way in example.ends)))
    return Grid("The ways to read it", ("", *(f"Reading {letter}" for letter in letters)), tuple(rows))


def _counted(rule: ClockRule, reading: Reading) -> str:
    always = ", in every month" if reading.always_less else ""
    calendar = ", by other public holidays" if reading.calendar else ""
    return f"{worded(rule, reading) or 'length not known'}{always}{calendar}"


def _example(number: int, example: Example) -> Iterator[Block]:
    ends = [f"{f'End {letter}' if letter else 'End'}: {example.ended(way)}." for letter, way in example.ends]
    due = example.calculation.found.due
    shown = next((example.ended(way) for _, way in example.ends if way.due == due), "")
    first = f"Casepath shows {shown} first." if len(example.ends) > 1 and shown else ""
    skipped = "; ".join(f"{long_day(day)}{'' if f'{day:%A}' == why else f' ({why})'}" for day, why in example.skipped)
    yield Heading(4, f"Worked example {number}")
    yield Text(" ".join(filter(None, (f"Start: {example.began}.", *ends, first))))
    if skipped:
        by = " by at least one reading" if len(example.ends) > 1 else ""
        yield Text(f"Not counted, or passed over at the end{by}: {skipped}.")
    yield Calendars(example.months)


def _questions(statement: Statement) -> Iterator[str]:
    """Yield the open questions about a statement."""
    leaf = statement.leaf
    rule = leaf if isinstance(leaf, ClockRule) else None
    if rule is not None and rule.length is None:
        yield "How long is this period, and from which day is it counted?"
    if rule is not None and rule.readings:
        yield "Which reading is right?"
    if rule is not None and any(reading.unread for reading in rule.readings):
        yield "We have not read the law behind one reading. What does it say, and is it in force?"
    if leaf.from_memory:
        yield "We wrote this from memory. Is it right, and where is it written?"
    if "verified" in leaf.note or "not known" in leaf.note or "to be confirmed" in leaf.note:
        yield "Our note says what is still open. Can you answer it?"
    if leaf.source.startswith(OURS):
        yield "This is practice and no law. Is it lawful?"
    elif leaf.effective_to is None:
        yield "Is this still the law today?"
    else:
        yield f"Did this change after {long_day(leaf.effective_to)}?"


def _earlier(statement: Statement, reviews: Mapping[str, tuple[Review, ...]]) -> Iterator[Block]:
    """Yield what earlier reviewers answered, without their names."""
    now = standing(statement, reviews)
    said = [] if now is None else [f"A reviewer answered “{now.answer}” on {now.on}. {now.correction}".strip()]
    said += [f"An answer of {each.on} no longer applies: the text has changed." for each in void(statement, reviews)]
    if said:
        yield Rows("Earlier answers", (("Answers", tuple(said)),))
