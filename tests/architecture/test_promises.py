"""The promises in the documents match the tests: each promise has a marked test, and no marker lacks a promise."""

from pathlib import Path

import pytest

from deploy.documents import promises
from deploy.documents.promises import Promise
from tests.architecture.source import CHECKOUT

PROMISES = [Promise("SEC-1", "SECURITY.md")]
TESTED = {"SEC-1": [("tests/test_x.py", "test_gate")]}
DOCUMENT = "| id | what |\n| --- | --- |\n| SEC-1 | A token ends. |\n| SEC-2 | A key ends. |\n"
TESTS = """import pytest

@pytest.mark.promise("SEC-1", "SEC-2")
def test_gate() -> None: ...

@pytest.mark.promise(NAME)
def test_unnamed() -> None: ...
"""


def test_each_promise_has_a_test_and_each_marker_a_promise() -> None:
    promised = promises.promised(CHECKOUT)
    assert len(promised) > 200
    assert promises.faults(promised, promises.in_tests(CHECKOUT)) == []


@pytest.mark.parametrize(
    ("promised", "tests"),
    [(PROMISES, {}), ([], TESTED), ([*PROMISES, *PROMISES], TESTED), (PROMISES, {**TESTED, "": []})],
    ids=["no test", "no promise", "twice", "an id that is not written out"],
)
def test_a_fault_is_found(promised: list[Promise], tests: dict[str, object]) -> None:
    assert promises.faults(PROMISES, TESTED) == []
    assert len(promises.faults(promised, tests)) == 1


def test_rows_and_markers_are_read(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "SECURITY.md").write_text(DOCUMENT, encoding="utf-8")
    (tmp_path / "tests" / "test_x.py").write_text(TESTS, encoding="utf-8")
    assert [promise.id for promise in promises.promised(tmp_path)] == ["SEC-1", "SEC-2"]
    gate, unnamed = ("tests/test_x.py", "test_gate"), ("tests/test_x.py", "test_unnamed")
    assert promises.in_tests(tmp_path) == {"SEC-1": [gate], "SEC-2": [gate], "": [unnamed]}
