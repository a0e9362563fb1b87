"""The hazard log matches the code: each control has its marker and a marked test, and no marker lacks a hazard."""

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.documents import hazards
from deploy.documents.hazards import Hazard, Mark
from tests.architecture.source import CHECKOUT

HAZARD = Hazard(
    *("H-TEST-1", "area", "nothing was done.", ("A cause.",), {"gate": "It stops."}, "A review."),
    *("major", "high", "low", "controlled"),
)
GATE = Mark("H-TEST-1", "gate", "services/x.py", "gate")
TEST = Mark("H-TEST-1", "gate", "tests/test_x.py", "test_gate")
DECLARATION = """
[H-TEST-1]
harm = "nothing was done."
causes = ["A cause."]
source = "A review."
severity = "major"
likelihood = { before = "high", after = "low" }
state = "controlled"
controls.gate = "It stops."
"""
MODULE = '''"""A module."""

import pytest

# control: H-TEST-1 gate
@decorated
def gate() -> None: ...

class Door:
    # control: H-TEST-1 lock
    def lock(self) -> None: ...

    def close(self) -> None:
        if True:
            # control: H-TEST-1 bolt
            pass

# control: H-TEST-1 table
TABLE = {}
'''
TESTS = """import pytest

@pytest.mark.hazard("H-TEST-1", control="gate")
@pytest.mark.slow
def test_gate() -> None: ...

@pytest.mark.parametrize("case", [pytest.param(1, marks=pytest.mark.hazard("H-TEST-1", control="lock"))])
def test_lock(case) -> None: ...

@pytest.mark.hazard(NAME, control="gate")
def test_unnamed() -> None: ...
"""


def test_the_hazard_log_and_the_markers_agree() -> None:
    declared = hazards.declared(CHECKOUT / hazards.FOLDER)
    code, tests = hazards.in_code(CHECKOUT), hazards.in_tests(CHECKOUT)
    assert len(declared) > 30
    assert hazards.faults(declared, code, tests) == []


def test_each_marked_test_is_a_test() -> None:
    marks = [
        mark for mark in hazards.in_tests(CHECKOUT) if mark.path != Path(__file__).relative_to(CHECKOUT).as_posix()
    ]
    assert marks
    assert [mark for mark in marks if not Path(mark.path).name.startswith("test_")] == []
    assert [mark for mark in marks if not mark.name.split(".")[-1].lower().startswith("test")] == []


def test_a_controlled_hazard_needs_a_marker_in_the_code_and_a_marked_test() -> None:
    assert hazards.faults([HAZARD], [GATE], [TEST]) == []
    assert hazards.faults([HAZARD], [], [TEST]) == ["H-TEST-1: the control gate has no marker in the code"]
    assert hazards.faults([HAZARD], [GATE], []) == ["H-TEST-1: the control gate has no marked test"]


def test_an_open_hazard_may_miss_markers_and_is_closed_when_it_has_all() -> None:
    unfinished = replace(HAZARD, state="open")
    assert hazards.faults([unfinished], [GATE], []) == []
    assert hazards.faults([unfinished], [GATE], [TEST]) != []


def test_a_marker_without_its_hazard_or_control_is_a_fault() -> None:
    others = [replace(GATE, hazard="H-TEST-2"), replace(GATE, control="door")]
    for stray in others:
        assert len(hazards.faults([HAZARD], [GATE, stray], [TEST])) == 1
        assert len(hazards.faults([HAZARD], [GATE], [TEST, stray])) == 1


def test_an_id_is_declared_once() -> None:
    assert hazards.faults([HAZARD, HAZARD], [GATE], [TEST]) == ["H-TEST-1 is declared more than once"]


def test_markers_are_found_with_the_definition_that_they_stand_at(tmp_path: Path) -> None:
    _write(tmp_path / "services" / "x.py", MODULE)
    _write(tmp_path / "deploy" / "x.yml", "a: 1\n# control: H-TEST-1 alarm\nb: 2\n#control:H-TEST-1 misspelt\n")
    found = {(mark.control, mark.name) for mark in hazards.in_code(tmp_path)}
    wanted = {("gate", "gate"), ("lock", "Door.lock"), ("bolt", "Door.close"), ("table", "TABLE")}
    assert found == {*wanted, ("alarm", ""), ("misspelt", "")}


def test_marked_tests_are_found_however_they_are_marked(tmp_path: Path) -> None:
    _write(tmp_path / "tests" / "test_x.py", TESTS)
    found = {(mark.hazard, mark.control, mark.name) for mark in hazards.in_tests(tmp_path)}
    assert found == {("H-TEST-1", "gate", "test_gate"), ("H-TEST-1", "lock", "test_lock"), ("", "", "test_unnamed")}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("H-TEST-1", "TEST-1"),
        ('severity = "major"', 'severity = "bad"'),
        ('before = "high"', 'before = "often"'),
        ('state = "controlled"', 'state = "done"'),
        ('causes = ["A cause."]', "causes = []"),
        ('source = "A review."\n', ""),
        ('controls.gate = "It stops."', "controls = {}"),
        ("controls.gate", 'controls."The gate"'),
    ],
)
def test_a_declaration_of_the_wrong_form_is_refused(tmp_path: Path, right: str, wrong: str) -> None:
    path = tmp_path / "area.toml"
    path.write_text(DECLARATION, encoding="utf-8")
    assert hazards.declared(tmp_path) == [HAZARD]
    path.write_text(DECLARATION.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"area\.toml"):
        hazards.declared(tmp_path)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
