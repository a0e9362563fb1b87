"""Reviews of statements of the reference data, in a file of their own, which is read strictly."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from shared.reference.errors import BrokenReference
from shared.reference.reading import Table, read
from shared.reference.statements import Statement

REVIEWS: Final = Path(__file__).parent / "reviews.toml"
LONGEST_NAME: Final = 100
_HEAD: Final = "# Who has read which statement, and when. Written by ./casepath reference review --done.\n"


@dataclass(frozen=True, slots=True)
class Review:
    """A review of a statement in its version at the time.

    `by`: a reference of the reviewer (a roll number, initials).
    """

    leaf: str
    digest: str
    by: str
    on: date


def load_reviews(statements: Iterable[Statement], path: Path = REVIEWS) -> Mapping[str, tuple[Review, ...]]:
    """Read the reviews by the names of the statements, oldest first. Raises BrokenReference.

    A review of an unknown statement is refused: a misspelled name would leave the intended one unreviewed forever.
    """
    if not path.exists():
        return MappingProxyType({})
    file = read(path)
    names = {statement.name for statement in statements}
    by_leaf: dict[str, list[Review]] = {}
    for table in file.tables("reviews"):
        review = _review(table)
        if review.leaf not in names:
            raise BrokenReference(table.at("leaf"), f"refers to {review.leaf!r}, which does not exist")
        by_leaf.setdefault(review.leaf, []).append(review)
    file.finish()
    return MappingProxyType(
        {leaf: tuple(sorted(reviews, key=lambda review: review.on)) for leaf, reviews in by_leaf.items()}
    )


def add_review(review: Review, path: Path = REVIEWS) -> None:
    """Store a review at the end of the file."""
    entry = (
        f"\n[[reviews]]\nleaf = {_quoted(review.leaf)}\ndigest = {_quoted(review.digest)}\n"
        f"by = {_quoted(review.by)}\non = {review.on.isoformat()}\n"
    )
    before = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    path.write_text(before + entry, encoding="utf-8")


def standing(statement: Statement, reviews: Mapping[str, tuple[Review, ...]]) -> Review | None:
    """Return the last review of a statement's current version; None if it was not reviewed, or has changed since."""
    same = [review for review in reviews.get(statement.name, ()) if review.digest == statement.digest]
    return same[-1] if same else None


def open_statements(
    statements: Iterable[Statement], reviews: Mapping[str, tuple[Review, ...]]
) -> tuple[Statement, ...]:
    """Return the statements that are uncertain or from memory, and whose current version has no review."""
    distinct = {statement.name: statement for statement in statements if statement.is_kept}
    return tuple(
        statement
        for statement in distinct.values()
        if (statement.leaf.verify or statement.leaf.from_memory) and standing(statement, reviews) is None
    )


def _review(table: Table) -> Review:
    review = Review(leaf=table.text("leaf"), digest=table.text("digest"), by=table.text("by"), on=table.day("on"))
    if len(review.by) > LONGEST_NAME:
        raise BrokenReference(table.at("by"), f"must have at most {LONGEST_NAME} characters")
    table.finish()
    return review


def _quoted(text: str) -> str:
    """Write a text in TOML: a JSON string is valid TOML."""
    return json.dumps(text, ensure_ascii=False)
