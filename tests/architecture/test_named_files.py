"""Every test file that a document mentions exists."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
DOCS = TESTS.parent / "docs"
DECISIONS = sorted(DOCS.glob("decisions/0*.md"))
#: A test file, perhaps without the folder of the previous one.
FILES = re.compile(r"`(?:tests/)?((?:[a-z0-9_]+/)*test_[a-z0-9_]+\.py)`")


@pytest.mark.parametrize(
    "document", [*DECISIONS, *DOCS.glob("[egr]*/*.md"), *DOCS.glob("guides/operate/*.md")], ids=lambda path: path.name
)
def test_every_file_of_tests_that_is_named_is_there(document: Path) -> None:
    named = FILES.findall(document.read_text(encoding="utf-8"))
    assert [file for file in named if not any(TESTS.rglob(file))] == []
