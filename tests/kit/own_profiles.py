"""A country profile of an installation: the template of `./casepath reference new`, filled in with test data."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from deploy.cli.installation import CHECKOUT
from shared.reference.profile_files import UNFILLED, VARIABLE, unfilled

IRELAND = CHECKOUT / "tests" / "profiles" / "ireland.toml"
_OPEN = re.compile(rf'"{UNFILLED}[^"]*"')


def write_ireland(folder: Path) -> Path:
    """Write a profile of Ireland as an operator does: the template first, then each placeholder; return its file."""
    done = command("reference", "new", "IE", "--in", str(folder))
    assert done.returncode == 0, done.stderr
    fill_in(folder / "IE.toml", tomllib.loads(IRELAND.read_text(encoding="utf-8")))
    return folder / "IE.toml"


def fill_in(path: Path, values: Mapping[str, object]) -> None:
    """Replace each placeholder of a template with its value."""
    left = iter(unfilled(path))
    lines = path.read_text(encoding="utf-8").splitlines()
    filled = [
        line if line.startswith("#") else _OPEN.sub(lambda _: _written(values[next(left)]), line) for line in lines
    ]
    path.write_text("\n".join(filled) + "\n", encoding="utf-8")


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def with_profiles(folder: Path) -> dict[str, str]:
    """Return the environment of a process that uses the profiles of a folder too."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), VARIABLE: str(folder)}


def command(*arguments: str, folder: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run `./casepath` with the profiles of a folder."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)}
    if folder is not None:
        environment |= with_profiles(folder)
    program = [sys.executable, "-m", "deploy.cli", *arguments]
    return subprocess.run(program, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
