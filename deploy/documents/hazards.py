"""Read the hazard log: hazards declared in TOML, and the markers of their controls in the code and the tests.

A hazard and its controls are declared in `docs/explanation/safety/hazards/<area>.toml`. The code of a control carries
the comment `control: <hazard> <control>` after the comment sign of its language. A test that fails without the control
carries `@pytest.mark.hazard("<hazard>", control="<control>")`. `faults` compares the three.
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.documents import markers

FOLDER: Final = "docs/explanation/safety/hazards"
SEVERITIES: Final = ("catastrophic", "major", "considerable", "significant", "minor")
LIKELIHOODS: Final = ("very high", "high", "medium", "low", "very low")
STATES: Final = ("open", "controlled")

_KEYS: Final = {"harm", "causes", "controls", "source", "severity", "likelihood", "state"}
_ID: Final = re.compile(r"H-[A-Z]+-[1-9][0-9]*")
_CONTROL: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: Any comment that starts like a marker, so that a misspelt one is a fault and not a plain comment.
_MARKER: Final = re.compile(r"^\s*(?:#|--|//) ?control: *(.*?) *$")
_CODE: Final = ("services", "shared", "deploy", ".ci", "casepath", "docker-compose.yml")
_CODE_SUFFIXES: Final = {"", ".conf", ".py", ".sh", ".sql", ".toml", ".yaml", ".yml"}


@dataclass(frozen=True)
class Hazard:
    """A way to harm a person, and its controls."""

    id: str
    area: str
    harm: str
    causes: tuple[str, ...]
    controls: dict[str, str]
    source: str
    severity: str
    before: str
    after: str
    state: str


@dataclass(frozen=True, order=True)
class Mark:
    """A marker of a control, in the code or at a test: `name` is the function or class it stands at."""

    hazard: str
    control: str
    path: str
    name: str


def declared(folder: Path) -> list[Hazard]:
    """Return the hazards of all areas, each area in the order of its file.

    Raises `ValueError` with the file and the id for a declaration that has the wrong form.
    """
    return [hazard for path in sorted(folder.glob("*.toml")) for hazard in _of_area(path)]


def _of_area(path: Path) -> Iterator[Hazard]:
    for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if not _ID.fullmatch(name) or not isinstance(table, dict) or table.keys() != _KEYS:
            raise ValueError(f"{path.name}: {name} needs an id like H-DANGER-1 and exactly the keys {sorted(_KEYS)}")
        before, after = table["likelihood"]["before"], table["likelihood"]["after"]
        in_lists = (
            table["severity"] in SEVERITIES
            and {before, after} <= {*LIKELIHOODS}
            and table["state"] in STATES
            and all(_CONTROL.fullmatch(control) for control in table["controls"])
        )
        if not (in_lists and table["causes"] and table["controls"]):
            raise ValueError(
                f"{path.name}: {name} has an unknown severity, likelihood or state, or no cause or control"
            )
        yield Hazard(
            *(name, path.stem, table["harm"], tuple(table["causes"]), table["controls"], table["source"]),
            *(table["severity"], before, after, table["state"]),
        )


def in_code(checkout: Path) -> list[Mark]:
    """Return the markers of controls in Python modules and deployment files."""
    return sorted(mark for path in _code_files(checkout) for mark in _in_file(path, path.relative_to(checkout)))


def _code_files(checkout: Path) -> Iterator[Path]:
    for name in _CODE:
        for path in [checkout / name, *(checkout / name).rglob("*")]:
            if path.is_file() and path.suffix in _CODE_SUFFIXES and "__pycache__" not in path.parts:
                yield path


def _in_file(path: Path, relative: Path) -> Iterator[Mark]:
    text = path.read_text(encoding="utf-8")
    if "control:" not in text:
        return
    tree = ast.parse(text) if path.suffix == ".py" else None
    for number, line in enumerate(text.splitlines(), start=1):
        if marker := _MARKER.match(line):
            hazard, _, control = marker[1].partition(" ")
            yield Mark(hazard, control, relative.as_posix(), _named(tree.body, number) if tree else "")


def _named(body: Sequence[ast.stmt], line: int) -> str:
    """Return the qualified name of the function or class around a line, or of the definition that follows it."""
    node = next((statement for statement in body if line <= (statement.end_lineno or 0)), None)
    match node:
        case ast.ClassDef() if line > node.lineno:
            return f"{node.name}.{_named(node.body, line)}".rstrip(".")
        case ast.FunctionDef() | ast.ClassDef():
            return node.name
        case ast.Assign(targets=[ast.Name(id=name), *_]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ""


def in_tests(checkout: Path) -> list[Mark]:
    """Return the markers at tests."""
    found = markers.in_tests(checkout, "hazard")
    return sorted(Mark(*_said(marker.call), marker.path, marker.test) for marker in found)


def _said(call: ast.Call) -> tuple[str, str]:
    """Return the hazard and the control that a test's marker names; an empty text for one that is not written out."""
    values = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "control")]
    texts = [str(value.value) for value in values if isinstance(value, ast.Constant)]
    return (texts[0], texts[1]) if len(texts) == len(values) == 2 else ("", "")  # noqa: PLR2004 - a hazard and a control


def faults(hazards: list[Hazard], code: list[Mark], tests: list[Mark]) -> list[str]:
    """Return a sentence for each marker without a hazard, and each hazard whose state its markers contradict."""
    controls = {(hazard.id, control) for hazard in hazards for control in hazard.controls}
    strays = [
        f"{mark.path} ({mark.name}): no declared control {mark.hazard!r} {mark.control!r}"
        for mark in (*code, *tests)
        if (mark.hazard, mark.control) not in controls
    ]
    ids = [hazard.id for hazard in hazards]
    twice = [f"{name} is declared more than once" for name in sorted({name for name in ids if ids.count(name) > 1})]
    return [*strays, *twice, *(sentence for hazard in hazards for sentence in _contradictions(hazard, code, tests))]


def _contradictions(hazard: Hazard, code: list[Mark], tests: list[Mark]) -> Iterator[str]:
    missing = [
        f"{hazard.id}: the control {control} has no {kind}"
        for control in hazard.controls
        for kind, marks in (("marker in the code", code), ("marked test", tests))
        if not any((mark.hazard, mark.control) == (hazard.id, control) for mark in marks)
    ]
    if hazard.state == "controlled":
        yield from missing
    elif not missing:
        yield f"{hazard.id}: every control has its markers; set its state to controlled"
