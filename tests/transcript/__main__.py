"""Plays the histories and compares them with what is recorded: see README.md.

python -m tests.transcript compare [--base REVISION] [--only NUMBER[-NUMBER]] ...
python -m tests.transcript record --release NAME
python -m tests.transcript show NUMBER
"""

import os

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_poll")  # before psycopg: see shared/store/database.py

import argparse
import sys
from collections.abc import Iterable
from itertools import chain

from tests.transcript import keeping, running
from tests.transcript.accepting import entries, new_codes, unaccepted
from tests.transcript.differing import Difference, differences
from tests.transcript.reporting import report, unused
from tests.transcript.walks import numbers


def main() -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.transcript", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    compare = commands.add_parser("compare", help="Compare the behaviour now with what is recorded")
    compare.add_argument("--base", help="Compare with a revision, which is played too, and not with what is recorded")
    compare.add_argument("--accept-none", action="store_true", help="Ignore the list of accepted differences")
    record = commands.add_parser("record", help="Record the behaviour now")
    record.add_argument("--release", required=True, help="Name what is recorded, such as 0.2.0")
    play = commands.add_parser("play", help="Play histories, and write each into a file")
    play.add_argument("--into", required=True)
    show = commands.add_parser("show", help="Print what is recorded of a history")
    show.add_argument("number", type=int)
    for each in (compare, record, play):
        each.add_argument("--only", nargs="*", default=[], help="Numbers of histories, or ranges: 7 20-39")
        each.add_argument("--jobs", type=int, default=2, help="Processes that play at the same time")
        each.add_argument("--go-on", action="store_true", help="Keep what an interrupted run has played")
    asked = parser.parse_args()
    wanted = _numbers(getattr(asked, "only", []))
    if asked.command == "show":
        print(keeping.text(dict(keeping.whole())[asked.number]))  # noqa: T201 - what was asked for
        return 0
    if asked.command == "play":
        running.play(wanted, asked.into)
        return 0
    if asked.command == "record":
        running.record(wanted, asked.release, jobs=asked.jobs, goes_on=asked.go_on)
        return 0
    return _compare(asked, wanted)


def _numbers(only: Iterable[str]) -> list[int]:
    """Return the numbers that are listed singly or as ranges; all if none is listed."""
    ranges = [each.partition("-") for each in only]
    named = chain.from_iterable(range(int(first), int(last or first) + 1) for first, _, last in ranges)
    return sorted(set(named)) or numbers()


def _compare(asked: argparse.Namespace, wanted: list[int]) -> int:
    accepted, new = ([], frozenset[str]()) if asked.accept_none or asked.base else (entries(), new_codes())
    before = running.of_revision(asked.base, wanted, jobs=asked.jobs) if asked.base else dict(keeping.whole())
    both = [number for number in wanted if number in before]
    now = running.played(both, "now", jobs=asked.jobs, goes_on=asked.go_on)
    found: Iterable[Difference] = chain.from_iterable(
        differences(number, before[number], now[number], new) for number in both
    )
    kinds = unaccepted(found, accepted)
    is_whole = len(both) == len(before)
    for line in report(kinds, accepted, len(both), is_whole=is_whole):
        print(line)  # noqa: T201 - the report
    return 1 if kinds or (is_whole and unused(accepted)) else 0


if __name__ == "__main__":
    sys.exit(main())
