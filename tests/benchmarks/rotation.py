"""`make bench-keys`: response times while the keys of many cases are rewrapped. Not a test: machines differ.

Two replicas of intake process writes and reads of encrypted fields from several workers, without pauses, before, during
and after the rotation.
"""

import os

os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"  # before psycopg: see shared/store/database.py

import argparse
import sys
import time

from tests.benchmarks.measurement import Measurement, show
from tests.faults import sealed
from tests.faults.field import opened

#: The number of keys per request, as in `./casepath keys rotate`.
AT_ONCE = 500
BEFORE_AND_AFTER_SECONDS = 5.0


def main() -> int:
    """Measure and print; return 1 if a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.rotation", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="cases that have a key (10000)")
    cases = parser.parse_args().cases
    measurements = _measured(cases)
    show(measurements)
    return 0 if all(each.met for each in measurements) else 1


def _measured(cases: int) -> list[Measurement]:
    with opened() as field:
        field.start("intake", 1)
        sealed.record_keys(field, cases)
        with sealed.under_sealing(field) as load:
            time.sleep(BEFORE_AND_AFTER_SECONDS)
            usual, load.longest, before = load.longest, 0.0, load.done
            under, began = sealed.add_ring_key(field), time.monotonic()
            asked = sealed.rotate(field.api(), under, AT_ONCE)
            took, meanwhile = time.monotonic() - began, load.done - before
            longest = load.longest
            time.sleep(BEFORE_AND_AFTER_SECONDS)
        left = sum(count for name, count in sealed.keys_under(field).items() if name != under)
    return [
        Measurement(f"{cases:,} keys wrapped anew, in {asked} requests", round(took, 1), "s"),
        Measurement("keys that were left", left, "", below=1),
        Measurement("names written and read meanwhile", meanwhile, "", at_least=1),
        Measurement("errors of theirs, before, during and after", len(load.wrong), "", below=1),
        Measurement("the longest wait for an answer, before", round(usual, 2), "s"),
        Measurement("the longest wait for an answer, meanwhile", round(longest, 2), "s", below=1),
    ]


if __name__ == "__main__":
    sys.exit(main())
