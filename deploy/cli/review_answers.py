"""The file of signed answers that `reference pack` writes and `reference review --import` reads."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from shared.reference import BrokenReference
from shared.reference.reading import LONGEST_TEXT, Table
from shared.reference.reviews import ANSWERS, LONGEST_NAME, Review
from shared.reference.statements import Statement

_SIGNED: Final = ("name", "qualification", "on", "scope")
_ANSWERED: Final = ("id", "hash", "answer", "correction", "address")
_HEAD: Final = f"""# Answers to the review pack of {{jurisdiction}}.
#
# 1. Fill in [signed]: your name as it may be kept with the answers, your qualification, the day (2026-12-01), and the
#    scope of your answers (for example: only the periods; or: all statements).
# 2. For each statement that you answer, write answer = "right", "wrong" or "unknown" ("unknown": you do not know).
#    For "wrong", write in `correction` what is right. In `address`, write where the source can be read, if you know it.
#    Leave the other answers empty. A text has at most {LONGEST_TEXT} characters.
# 3. Import: ./casepath reference review --import {{file}}

[signed]
"""


class InvalidAnswers(Exception):
    """A file of answers is not valid; `problems` names each place."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Store the problems."""
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def empty_answers(jurisdiction: str, file: str, statements: Iterable[tuple[int, Statement]]) -> str:
    """Return a file of answers to fill in, with the number of each statement in the pack."""
    lines = [_HEAD.format(jurisdiction=jurisdiction, file=file), *(f'{name} = ""\n' for name in _SIGNED)]
    for number, statement in statements:
        named = {"id": statement.name, "hash": statement.digest}
        lines.append(f"\n# {number}\n[[answers]]\n")
        lines += [f"{name} = {json.dumps(named.get(name, ''), ensure_ascii=False)}\n" for name in _ANSWERED]
    return "".join(lines)


def is_filled(path: Path) -> bool:
    """Return whether a file contains more than empty answers. One that cannot be read counts as filled in."""
    try:
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        tables = [file["signed"], *file["answers"]]
        return any(table.get(name) for table in tables for name in (*_SIGNED, *_ANSWERED[2:]))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        return True


def read_answers(path: Path, statements: Mapping[str, Statement], today: date) -> tuple[Review, ...]:
    """Read the answers that were given, as reviews. Raises InvalidAnswers with all problems of the file."""
    problems: list[str] = []
    try:
        file = Table(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
        signed, tables = file.table("signed"), file.tables("answers")
        file.finish()
    except BrokenReference as error:
        raise InvalidAnswers([f"{error.place} {error.problem}"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidAnswers([f"{path.name} is not a TOML file: {error}"]) from None
    signature = _signature(signed, today, problems)
    found = [_answer(table, statements, signature, problems) for table in tables]
    reviews = [review for review in found if review is not None]
    named = [review.leaf for review in reviews]
    problems += [f"{name} is answered more than once" for name in dict.fromkeys(named) if named.count(name) > 1]
    if not reviews and not problems:
        problems.append("no statement is answered")
    if problems:
        raise InvalidAnswers(problems)
    return tuple(reviews)


def _signature(table: Table, today: date, problems: list[str]) -> Review:
    """Return a review without a statement, with the reviewer, the day and the scope."""
    on = _day(table, problems)
    if on is not None and on > today:
        problems.append(f"{table.at('on')} is in the future: {on}")
    name, qualification, scope = (_text(table, key, problems) for key in ("name", "qualification", "scope"))
    problems += [f"{table.at(key)} is missing" for key, text in (("name", name), ("scope", scope)) if not text]
    if len(name) > LONGEST_NAME:
        problems.append(f"{table.at('name')} has more than {LONGEST_NAME} characters")
    _finish(table, problems)
    return Review("", "", name, on or today, qualification=qualification, scope=scope)


def _answer(table: Table, statements: Mapping[str, Statement], signature: Review, problems: list[str]) -> Review | None:
    """Return the answer to one statement; None if it is empty or not valid."""
    name, digest, answer, correction, address = (_text(table, key, problems) for key in _ANSWERED)
    _finish(table, problems)
    place, statement = f"{table.place} ({name})", statements.get(name)
    if statement is None:
        problems.append(f"{place}: there is no statement with this id")
        return None
    chosen = next((each for each in ANSWERS if each == answer.lower()), None)
    if answer and chosen is None:
        problems.append(f"{place}: the answer {answer!r} is none of {', '.join(ANSWERS)}")
    elif not answer and (correction or address):
        problems.append(f"{place}: the answer is missing")
    if chosen == "wrong" and not correction:
        problems.append(f"{place}: the correction is missing. Write what is right")
    if answer and digest != statement.digest:
        problems.append(f"{place}: the statement has changed since this pack was written. Write a new pack for it")
    if chosen is None:
        return None
    return replace(signature, leaf=name, digest=digest, answer=chosen, correction=correction, address=address)


def _text(table: Table, key: str, problems: list[str]) -> str:
    """Read a text, which can be empty, without line breaks. What is not valid is added to the problems."""
    try:
        text = " ".join(table.text(key, default="").split()) if table.has(key) else ""
    except BrokenReference as error:
        problems.append(f"{error.place} is not a text of at most {LONGEST_TEXT} characters")
        return ""
    if not text.isprintable():
        problems.append(f"{table.at(key)} has characters that cannot be printed")
        return ""
    return text


def _day(table: Table, problems: list[str]) -> date | None:
    """Read the day of the answers, in quotes as the file has it."""
    text = _text(table, "on", problems)
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(f'{table.at("on")} is not a day in quotes, such as "2026-12-01"')
    return None


def _finish(table: Table, problems: list[str]) -> None:
    try:
        table.finish()
    except BrokenReference as error:
        problems.append(f"{error.place} {error.problem}")
