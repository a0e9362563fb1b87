"""`test`: the checks of style, types and layers, then the tests."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import click

from deploy.cli.console import say
from deploy.cli.installation import here
from deploy.cli.result import Result, with_json
from deploy.cli.servers.rabbitmq_programs import install_where_we_may

LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


@dataclass(frozen=True)
class Stage:
    """One thing to check. Programs are started by module, since a checkout may have been moved."""

    name: str
    arguments: list[str]


CHECKS = [
    Stage("ruff check", ["-m", "ruff", "check", "."]),
    Stage("ruff format", ["-m", "ruff", "format", "--check", "."]),
    Stage("mypy", ["-m", "mypy"]),
    Stage("import-linter", ["-c", LINT_IMPORTS]),
]
#: One process for each core, with servers of its own; a file's tests stay together, as some share what they set up. The
#: files come in their order, not by how many tests they have: the longest have few.
PARALLEL = ["-n", "logical", "--dist", "loadfile", "--no-loadscope-reorder"]


@click.command(short_help="Run the checks and the tests.")
@click.option("--fast", is_flag=True, help="Skip tests that take more than a few seconds.")
@click.option("--checks-only", is_flag=True, help="Run style, types and layers only.")
@click.option("--tests-only", is_flag=True, help="Run the tests only.")
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
@with_json
def test(*, fast: bool, checks_only: bool, tests_only: bool, pytest_arguments: tuple[str, ...]) -> Iterator[Result]:
    r"""Run the checks (style, types, layers), then the tests, with a real broker and database, on all cores.

    \b
    Examples:
      ./casepath test
      ./casepath test --fast
      ./casepath test -- tests/deploy -x
      ./casepath test -- -n0 tests/deploy/test_copy.py --pdb
    """
    if checks_only and tests_only:
        raise click.UsageError("--checks-only and --tests-only leave nothing to run: choose one of them.")
    chosen = ["-m", "not slow and not e2e and not security" if fast else "not e2e and not fault and not security"]
    if not checks_only:
        install_where_we_may()  # as `up` does: on a new machine, the tests are the first to need a broker
    tests = [] if checks_only else [Stage("pytest", ["-m", "pytest", *PARALLEL, *chosen, *pytest_arguments])]
    outcomes = [_run(stage) for stage in [*([] if tests_only else CHECKS), *tests]]
    failed = [outcome["stage"] for outcome in outcomes if outcome["exit_code"]]
    yield Result({"passed": not failed, "stages": outcomes}, exit_code=1 if failed else 0)
    say(
        f"Failed: {', '.join(map(str, failed))}." if failed else "All passed.",
        style="bold red" if failed else "bold green",
    )


def _run(stage: Stage) -> dict[str, str | int | float]:
    say(f"== {stage.name}", style="bold")
    began = time.monotonic()
    done = subprocess.run([sys.executable, *stage.arguments], cwd=here().checkout, check=False, stdout=sys.stderr)
    seconds = round(time.monotonic() - began, 1)
    say(f"== {stage.name}: {'passed' if not done.returncode else 'failed'} in {seconds} s")
    return {"stage": stage.name, "exit_code": done.returncode, "seconds": seconds}
