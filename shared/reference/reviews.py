"""Reviews of statements of the reference data, in a file of their own, which is read strictly."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args

from shared.reference.errors import BrokenReference
from shared.reference.reading import Table, read
from shared.reference.statements import Statement

Answer = Literal["right", "wrong", "unknown"]
ANSWERS: Final[tuple[Answer, ...]] = get_args(Answer)
REVIEWS: Final = Path(__file__).parent / "reviews.toml"
LONGEST_NAME: Final = 100
_HEAD: Final = "# Who has read which statement, and when. Written by ./casepath reference review.\n"


@dataclass(frozen=True, slots=True)
class Review:
    """A review of a statement in its version at the time.

    `by`: a reference of the reviewer (a roll number, initials, a professional name). `answer`: whether the statement is
    right; *unknown*: the reviewer cannot say. `scope`: what the reviewer was asked to answer for. `correction`: what is
    right instead. `address`: where the source can be read.
    """

    leaf: str
    digest: str
    by: str
    on: date
    answer: Answer = "right"
    qualification: str = ""
    scope: str = ""
    correction: str = ""
    address: str = ""


def load_reviews(statements: Iterable[Statement], *paths: Path) -> Mapping[str, tuple[Review, ...]]:
    """Read the reviews by the names of the statements, oldest first. Raises BrokenReference.

    A file that does not exist contains none. A review of an unknown statement is refused: a misspelled name would leave
    the intended one unreviewed forever. If only the version is unknown, `effective_from` was corrected after the
    review. The review then belongs to the corrected statement, and is void, because the digest contains the version.
    """
    names = {statement.name for statement in statements}
    by_leaf: dict[str, list[Review]] = {}
    for path in (path for path in paths if path.exists()):
        file = read(path)
        for table in file.tables("reviews"):
            review = _review(table)
            name = review.leaf if review.leaf in names else _corrected(review.leaf, names)
            if name is None:
                raise BrokenReference(table.at("leaf"), f"refers to {review.leaf!r}, which does not exist")
            by_leaf.setdefault(name, []).append(review)
        file.finish()
    return MappingProxyType(
        {leaf: tuple(sorted(reviews, key=lambda review: review.on)) for leaf, reviews in by_leaf.items()}
    )


def _corrected(name: str, names: Iterable[str]) -> str | None:
    """Return the name of the statement that had this name before its version was corrected; None if there is none.

    Of several versions, it is the one with the nearest date.
    """
    rule, _, version = name.rpartition("/")
    try:
        day = date.fromisoformat(version)
    except ValueError:
        return None
    versions = sorted(other for other in names if other.rpartition("/")[0] == rule)
    return min(versions, key=lambda other: abs(date.fromisoformat(other.rpartition("/")[2]) - day), default=None)


def add_reviews(reviews: Iterable[Review], path: Path = REVIEWS) -> None:
    """Store reviews at the end of the file, all or none."""
    before = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.write_text(before + "".join(_entry(review) for review in reviews), encoding="utf-8")
    unfinished.replace(path)


def standing(statement: Statement, reviews: Mapping[str, tuple[Review, ...]]) -> Review | None:
    """Return the review that decides about a statement's current version; None if none was made of it.

    The last answer of each reviewer applies. If one of them is *wrong*, it decides, whatever others answered. Otherwise
    the last *right* decides, and after it the last *unknown*.
    """
    last_of_each: dict[str, Review] = {}
    for review in reviews.get(statement.name, ()):
        if review.digest == statement.digest:
            last_of_each.pop(review.by, None)
            last_of_each[review.by] = review
    answers = ("unknown", "right", "wrong")
    return max(reversed(last_of_each.values()), key=lambda review: answers.index(review.answer), default=None)


def void(statement: Statement, reviews: Mapping[str, tuple[Review, ...]]) -> tuple[Review, ...]:
    """Return the reviews of a statement's earlier versions. They do not apply to the current one."""
    return tuple(review for review in reviews.get(statement.name, ()) if review.digest != statement.digest)


def open_statements(
    statements: Iterable[Statement], reviews: Mapping[str, tuple[Review, ...]]
) -> tuple[Statement, ...]:
    """Return the statements that wait for a reviewer or for a change.

    Those that are uncertain or from memory and whose current version nobody found right, and any found wrong.
    """
    distinct = {statement.name: statement for statement in statements if statement.is_kept}
    return tuple(statement for statement in distinct.values() if _is_open(statement, standing(statement, reviews)))


# control: H-DEADLINE-9 wrong-stays-open
def _is_open(statement: Statement, review: Review | None) -> bool:
    is_uncertain = statement.leaf.verify or statement.leaf.from_memory
    return review.answer == "wrong" or (is_uncertain and review.answer != "right") if review else is_uncertain


def _review(table: Table) -> Review:
    review = Review(
        leaf=table.text("leaf"),
        digest=table.text("digest"),
        by=table.text("by"),
        on=table.day("on"),
        answer=table.choice("answer", ANSWERS) if table.has("answer") else "right",
        **{name: table.text(name, default="") for name in ("qualification", "scope", "correction", "address")},
    )
    if len(review.by) > LONGEST_NAME:
        raise BrokenReference(table.at("by"), f"must have at most {LONGEST_NAME} characters")
    table.finish()
    return review


def _entry(review: Review) -> str:
    stated = {field.name: getattr(review, field.name) for field in fields(Review)}
    lines = [f"{name} = {_in_toml(value)}" for name, value in stated.items() if value]
    return "\n".join(("", "[[reviews]]", *lines, ""))


def _in_toml(value: str | date) -> str:
    """Write a value in TOML: a JSON string is valid TOML."""
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
