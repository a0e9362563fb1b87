"""Runs histories in separate processes, each with its own PostgreSQL, and collects the results."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import structlog

from deploy.cli import servers
from tests.kit.private_servers import folder_for
from tests.transcript import accepting, cast, keeping, world
from tests.transcript.playing import Player

CHECKOUT: Final = Path(__file__).parents[2]
BUILD: Final = CHECKOUT / "build" / "transcript"
#: Log only failures that end the process.
_SILENT: Final = structlog.make_filtering_bound_logger(50)
#: The number of histories that are stored as text.
SMALL_SET: Final = 20
Histories = dict[int, dict[str, Any]]


@contextmanager
def stage() -> Iterator[world.World]:
    """Open a world on a private PostgreSQL, with all people and agencies."""
    structlog.configure(wrapper_class=_SILENT)
    [port] = servers.free_ports(1)
    with (
        tempfile.TemporaryDirectory() as disk,
        folder_for("transcript", Path(disk)) as folder,
        servers.postgres(folder, port, durable=False, keep=False) as postgres,
        world.opened(postgres) as opened,
    ):
        cast.bring(opened)
        opened.remember()
        yield opened


def play(numbers: Sequence[int], into: str) -> None:
    """Play histories one after another, and append the result of each to a file."""
    path = Path(into)
    done = set(_read(path)) if path.exists() else set()
    with stage() as opened, path.open("a", encoding="utf-8") as file:
        for number in numbers:
            if number not in done:
                file.write(keeping.line(number, Player(opened, number).play()) + "\n")
                file.flush()


def played(
    numbers: Sequence[int], name: str, *, jobs: int, goes_on: bool = False, checkout: Path = CHECKOUT
) -> Histories:
    """Play histories in several processes of a checkout; return the results."""
    folder = BUILD / name
    if not goes_on:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    running = []
    for place in range(min(jobs, len(numbers))):
        share = [str(number) for number in numbers[place::jobs]]
        file = folder / f"{place}.jsonl"
        command = [sys.executable, "-W", "ignore", "-m", "tests.transcript", "play", "--into", str(file), "--only"]
        running.append(subprocess.Popen([*command, *share], cwd=checkout, env=environment))
    ended = [process.wait() for process in running]
    if any(ended):
        raise SystemExit("A process that played histories has failed; see above.")
    found: Histories = {}
    for path in sorted(folder.glob("*.jsonl")):
        found |= _read(path)
    return found


def _read(path: Path) -> Histories:
    with path.open(encoding="utf-8") as file:
        return dict(keeping.read_lines(file))


def of_revision(revision: str, numbers: Sequence[int], *, jobs: int) -> Histories:
    """Play histories with the code of a revision and the histories of this checkout."""
    checkout = BUILD / "checkout"
    _git("worktree", "add", "--detach", "--force", str(checkout), revision)
    try:
        own, there = Path(__file__).parent, checkout / "tests" / "transcript"
        shutil.rmtree(there, ignore_errors=True)
        shutil.copytree(own, there, ignore=shutil.ignore_patterns("recorded", "__pycache__"))
        return played(numbers, f"of {_git('rev-parse', revision)[:12]}", jobs=jobs, checkout=checkout)
    finally:
        _git("worktree", "remove", "--force", str(checkout))


def record(numbers: Sequence[int], release: str, *, jobs: int, goes_on: bool) -> None:
    """Play all histories and store them as the reference for later changes."""
    histories = played(numbers, "recording", jobs=jobs, goes_on=goes_on)
    keeping.keep_whole(histories)
    keeping.keep_small(histories, chosen(histories))
    about = {
        "release": release,
        "revision": _git("rev-parse", "HEAD"),
        "histories": len(histories),
        "scripts": keeping.digest_of_scripts(sorted(histories)),
    }
    accepting.put_away(keeping.release())
    keeping.ABOUT.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def chosen(histories: Histories) -> list[int]:
    """Choose the histories of the small set: those that cover the most for their length."""
    left = {number: _shown(sections) for number, sections in histories.items()}
    cost = {number: len(keeping.line(number, sections)) ** 0.5 for number, sections in histories.items()}
    seen, numbers = set[str](), list[int]()
    for _ in range(min(SMALL_SET, len(left))):
        best = max(left, key=lambda number: (len(left[number] - seen) / cost[number], -number))
        seen |= left.pop(best)
        numbers.append(best)
    return sorted(numbers)


def _shown(sections: dict[str, Any]) -> set[str]:
    """Return the coverage of a history: routes with statuses, events, audit actions, periods with their states."""
    replies = {f"{each['route']} {each['status']}" for each in sections["replies"]}
    named = {next(iter(each.values())) for name in ("events", "streams", "audit") for each in sections[name]}
    return replies | named | {f"{each['deadline']} {each['state']}" for each in sections["deadlines"]}


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, text=True)
    return done.stdout.strip()
