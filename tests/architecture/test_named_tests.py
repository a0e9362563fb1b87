"""A document that names a test as the proof of what it says: that test is there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
DOCS = TESTS.parent / "docs"
DECISIONS = sorted(DOCS.glob("decisions/0*.md"))
NAMED = re.compile(r"`([a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")
#: A file of tests, perhaps named without the folder of the one before it.
FILES = re.compile(r"`(?:tests/)?((?:[a-z0-9_]+/)*test_[a-z0-9_]+\.py)`")


@pytest.mark.parametrize(
    ("document", "at_least"),
    [("SECURITY.md", 15), ("docs/reliability.md", 30), ("docs/rights.md", 8), ("docs/operate/keys.md", 10)],
)
def test_every_test_that_is_named_is_there(document: str, at_least: int) -> None:
    named = NAMED.findall(TESTS.parent.joinpath(document).read_text(encoding="utf-8"))
    gone = [f"{file}::{test}" for file, test in named if not _has(TESTS / file, test)]
    assert len(named) > at_least, "the tables are there"
    assert gone == []


@pytest.mark.parametrize(
    "document", [*DECISIONS, *DOCS.glob("*.md"), *DOCS.glob("operate/*.md")], ids=lambda path: path.name
)
def test_every_file_of_tests_that_is_named_is_there(document: Path) -> None:
    named = FILES.findall(document.read_text(encoding="utf-8"))
    assert [file for file in named if not any(TESTS.rglob(file))] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.name)
def test_a_decision_says_what_keeps_it_true(decision: Path) -> None:
    assert "\n## What enforces it\n" in decision.read_text(encoding="utf-8")


def _has(file: Path, test: str) -> bool:
    return file.exists() and f"def {test}(" in file.read_text(encoding="utf-8")
