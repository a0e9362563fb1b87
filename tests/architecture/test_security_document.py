"""SECURITY.md names the test of each defence: it is there."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
NAMED = re.compile(r"`([a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")


def test_every_test_that_is_named_is_there() -> None:
    named = NAMED.findall(TESTS.parent.joinpath("SECURITY.md").read_text(encoding="utf-8"))
    gone = [f"{file}::{test}" for file, test in named if not _has(TESTS / file, test)]
    assert len(named) > 15, "the tables are there"
    assert gone == []


def _has(file: Path, test: str) -> bool:
    return file.exists() and f"def {test}(" in file.read_text(encoding="utf-8")
