"""`make soak MINUTES=60`: two replicas of each service under steady load, and a fault every 20 to 60 seconds.

Every few minutes the load pauses, all events must arrive, and the complete history is checked. Prints its actions and
the seed, which repeats the same faults (`--seed`), and stores a summary in build/soak.json.
"""

import os

# Before any import of psycopg: shared.store.database rejects its C wait function.
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

import argparse
import secrets
import sys
import time
from random import Random

from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES
from tests.faults.field import Field, opened
from tests.faults.soak.record import Record
from tests.faults.soak.trouble import REPLICAS, Trouble
from tests.faults.soak.work import Work

CALM_SECONDS = (20.0, 60.0)
CHECK_MINUTES = 4.0
#: Time for retries with growing intervals, or for a queue that was purged at the worst moment.
SETTLE_SECONDS = 240.0
QUICK_WRITES = 20
FAST_ONCE_IN = 5


def main() -> int:
    """Run the soak test and report; return 1 if there was a fault."""
    asked = _arguments()
    record = Record(asked.minutes, asked.seed)
    record.say(f"seed {asked.seed}, {asked.minutes:g} minutes")
    try:
        with opened() as field:
            try:
                _soak(field, record)
            except (AssertionError, CommandRefused) as error:
                record.wrong.append(str(error))
                record.say(field.last_words(80))
    finally:
        record.keep()
    record.say(f"done\n{record.summary()}")
    return 1 if record.wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="how long")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="deals the same faults again")
    return parser.parse_args()


def _soak(field: Field, record: Record) -> None:
    dice = Random(record.seed)
    trouble, work = Trouble(field, dice), Work(field, record.seed)
    for replica in range(1, REPLICAS):
        for service in SERVICES:
            field.start(service, replica)
    record.began = time.monotonic()
    end = record.began + record.minutes * 60
    while time.monotonic() < end:
        with work.going():
            stretch = min(end, time.monotonic() + CHECK_MINUTES * 60)
            while time.monotonic() < stretch:
                time.sleep(dice.uniform(*CALM_SECONDS))  # the calm is part of the run
                record.trouble(*trouble.strike())
                trouble.start_missing()
                record.look_at_memory(field)
        _check(field, record, work)
    _must_be_fast(field)


def _check(field: Field, record: Record, work: Work) -> None:
    field.settle(SETTLE_SECONDS)
    found = field.count(record.count, record.faults)
    lacking = work.incomplete()
    record.journeys = {"complete": len(work.outcomes) - len(lacking), "of": len(work.outcomes)}
    record.check(found, field)
    if lacking:
        raise AssertionError(f"journeys did not come to their end: {'; '.join(lacking)}")


def _must_be_fast(field: Field) -> None:
    """Check that new events arrive through the broker: feeds must not hide a broken fast path.

    On a busy machine a sweep can be quicker than a delivery. One successful attempt in several is enough.
    """
    for _ in range(FAST_ONCE_IN):
        before = _caught_up(field)
        field.write(QUICK_WRITES)
        field.settle()
        if _caught_up(field) == before:
            return
    raise AssertionError("the feeds had to help although the broker is there")


def _caught_up(field: Field) -> float:
    name = "casepath_events_caught_up_total"
    return sum(field.metric(service, name, replica) for service in SERVICES for replica in range(REPLICAS))


if __name__ == "__main__":
    sys.exit(main())
