"""Measure the mutation score of access rules, consent gate and deadline derivation: `python -m tests.mutants`.

mutmut changes one place at a time (a mutant) in a copy of the checkout and runs the tests. The score of an area is the
percentage of mutants for which a test fails. Each area of `areas.toml` has a sample with a fixed seed. The command
fails if an area's score is below its lowest score.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import click

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
#: The parts of a checkout that tests read.
COPIED = ("shared", "services", "deploy", "tests", "docs", "casepath", "CHANGELOG.md", "docker-compose.yml")
#: mutmut's exit codes for a mutant that passed its tests, and for one that no test reaches.
SURVIVED, UNTESTED = 0, 33
#: A pattern that matches no mutant: mutmut creates the mutants and records which tests reach them, but tests none.
_NONE = "no.such.mutant"
_ARGUMENTS = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore")


@dataclass(frozen=True)
class Area:
    """Modules and their tests; `deselected` are too slow. `lowest` is the lowest score that passes, in percent."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    deselected: tuple[str, ...]
    lowest: float


@dataclass(frozen=True)
class Outcome:
    """The number of mutants of an area, the number that were tested, and the survivors."""

    area: Area
    mutants: int
    tried: int
    survivors: tuple[str, ...]

    @property
    def score(self) -> float:
        """Return the percentage of tested mutants for which a test failed."""
        return 100 * (self.tried - len(self.survivors)) / self.tried

    @property
    def passes(self) -> bool:
        """Return whether the score is at least the lowest one."""
        return round(self.score, 1) >= self.area.lowest


@click.command()
@click.option("--areas", type=click.Path(exists=True, path_type=Path), default=HERE / "areas.toml", show_default=True)
@click.option("--tree", type=click.Path(exists=True, path_type=Path), default=CHECKOUT, help="Another checkout.")
@click.option("--only", help="Only this area.")
@click.option("--jobs", default=os.cpu_count() or 2, show_default=True, help="Parallel processes.")
def main(*, areas: Path, tree: Path, only: str | None, jobs: int) -> None:
    """Print each area's mutation score and survivors. Exit with 1 if a score is too low."""
    stated = tomllib.loads(areas.read_text(encoding="utf-8"))
    outcomes = []
    for name, words in stated["area"].items():
        if only in (None, name):
            area = Area(
                name,
                tuple(words["modules"]),
                tuple(words["tests"]),
                tuple(words.get("deselected", ())),
                float(words["lowest"]),
            )
            outcomes.append(_tried(area, tree.resolve(), stated, jobs))
    for outcome in outcomes:
        for survivor in outcome.survivors:
            _say(f"{outcome.area.name}: {survivor}")
    _say(f"{'area':<12}{'mutants':>8}{'tried':>7}{'killed':>8}{'score':>8}{'lowest':>8}")
    for outcome in outcomes:
        killed = outcome.tried - len(outcome.survivors)
        figures = f"{outcome.mutants:>8}{outcome.tried:>7}{killed:>8}{outcome.score:>7.1f}%{outcome.area.lowest:>7.1f}%"
        _say(f"{outcome.area.name:<12}{figures}{'' if outcome.passes else '  too low'}")
    sys.exit(not all(outcome.passes for outcome in outcomes))


def _tried(area: Area, tree: Path, stated: Mapping[str, Any], jobs: int) -> Outcome:
    """Create the mutants of an area in a copy of a checkout, and test a sample of them.

    `stated` contains the sample size, the seed, and patterns of functions that only build a message.
    """
    copy = CHECKOUT / "build" / "mutants" / area.name
    shutil.rmtree(copy, ignore_errors=True)
    _copy(tree, copy, area)
    made = _mutmut(copy, jobs, _NONE)
    names = sorted(name for kept in _kept(copy) for name in kept if not _is_like(name, stated["wording"]))
    if not names:
        raise click.ClickException(f"mutmut made no mutants of {area.name}: {made[-2000:]}")
    sample = sorted(random.Random(stated["seed"]).sample(names, min(stated["sample"], len(names))))
    reached = json.loads(copy.joinpath("mutants", "mutmut-stats.json").read_text(encoding="utf-8"))
    tests = reached["tests_by_mangled_function_name"]
    tested = [name for name in sample if tests.get(name.rpartition("__mutmut_")[0])]
    said = _mutmut(copy, jobs, *tested) if tested else ""
    codes: dict[str, int | None] = {name: code for kept in _kept(copy) for name, code in kept.items()}
    untried = [name for name in tested if codes[name] is None]
    if untried:
        raise click.ClickException(f"mutmut did not try {len(untried)} mutants of {area.name}: {said[-2000:]}")
    survivors = [name for name in sample if name not in set(tested) or codes[name] in (SURVIVED, UNTESTED)]
    return Outcome(area, len(names), len(sample), tuple(survivors))


def _is_like(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _copy(tree: Path, copy: Path, area: Area) -> None:
    copy.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__", "node_modules", "build")
    for name in COPIED:
        if tree.joinpath(name).is_dir():
            shutil.copytree(tree / name, copy / name, ignore=ignored, symlinks=True)
        else:
            shutil.copy(tree / name, copy / name)
    sources = sorted(str(path.relative_to(tree)) for module in area.modules for path in tree.glob(module))
    settings = {
        "source_paths": sources,
        "also_copy": [name for name in COPIED if name != "tests"],
        "pytest_add_cli_args": _ARGUMENTS,
        "pytest_add_cli_args_test_selection": [*area.tests, *(f"--deselect={test}" for test in area.deselected)],
    }
    # TOML writes lists of plain text as JSON does.
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    project = tree.joinpath("pyproject.toml").read_text(encoding="utf-8")
    copy.joinpath("pyproject.toml").write_text("\n".join([project, "[tool.mutmut]", *lines, ""]), encoding="utf-8")


def _mutmut(copy: Path, jobs: int, *names: str) -> str:
    """Run mutmut and return its output. It exits with an error if it tests no mutant."""
    command = [sys.executable, "-W", "ignore", "-m", "mutmut", "run", f"--max-children={jobs}", *names]
    # With CI, Hypothesis draws the same examples in each run.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"CI": "true"}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _kept(copy: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the exit code of each mutant, by module; None before it is tested."""
    files: Sequence[Path] = sorted(copy.joinpath("mutants").rglob("*.meta"))
    yield from (json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"] for file in files)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the result of a command


main()
