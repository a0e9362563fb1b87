import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.cli.installation import CHECKOUT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout whose lock files are empty and whose command only reports that it was reached."""
    folder = tmp_path / "a check out"
    folder.joinpath("deploy/cli").mkdir(parents=True)
    shutil.copy(CHECKOUT / "casepath", folder)
    folder.joinpath("deploy/cli/__main__.py").write_text(
        "import sys; print('reached', *sys.argv[1:])", encoding="utf-8"
    )
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-print.lock"):
        folder.joinpath(name).write_text(f"# {name}\n", encoding="utf-8")
    return folder


def start(checkout: Path, *arguments: str, python: str = sys.executable) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [str(checkout / "casepath"), *arguments],
        cwd="/",
        env={**os.environ, "CASEPATH_PYTHON": python},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(checkout: Path, *arguments: str, python: str = sys.executable) -> tuple[int, str, str]:
    with start(checkout, *arguments, python=python) as process:
        said, told = process.communicate()
    return process.returncode, said, told


@pytest.mark.slow
def test_two_first_starts_at_once_install_once_and_both_arrive(checkout: Path) -> None:
    with start(checkout, "status") as one, start(checkout, "status") as other:
        ends = [one.communicate(), other.communicate()]
    assert [said for said, _ in ends] == ["reached status\n"] * 2
    assert "".join(told for _, told in ends).count("requirements.lock") == 1
    assert run(checkout, "up", "--once") == (0, "reached up --once\n", "")


@pytest.mark.slow
def test_an_installation_that_broke_off_is_made_anew(checkout: Path) -> None:
    run(checkout)
    checkout.joinpath(".venv/unfinished").touch()
    leftover = checkout / ".venv/lib/half-installed"
    leftover.touch()
    assert run(checkout)[0] == 0
    assert not leftover.exists()


@pytest.mark.slow
def test_a_changed_lock_is_installed_and_the_tests_and_posters_need_their_own(checkout: Path) -> None:
    run(checkout)
    checkout.joinpath("requirements.lock").write_text("# changed\n", encoding="utf-8")
    assert "requirements.lock" in run(checkout)[2]
    assert "requirements-dev.lock" in run(checkout, "test")[2]
    assert run(checkout, "test") == (0, "reached test\n", "")
    assert "requirements-print.lock" in run(checkout, "outreach")[2]
    assert run(checkout, "outreach") == (0, "reached outreach\n", "")
    checkout.joinpath("requirements-print.lock").write_text("# changed\n", encoding="utf-8")
    assert run(checkout, "reference", "review") == (0, "reached reference review\n", "")
    assert "requirements-print.lock" in run(checkout, "reference", "pack")[2]


def test_without_a_fitting_python_it_says_what_to_install_and_exits_2(checkout: Path) -> None:
    code, said, told = run(checkout, python="/bin/false")
    assert (code, said) == (2, "")
    assert "CASEPATH_PYTHON" in told
