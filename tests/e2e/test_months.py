"""Every jurisdiction's whole path and both side paths over months, with two replicas of each service.

The test clock jumps. Every step that becomes due is published exactly once per clock and due date, in order.
"""

import contextlib
import datetime as dt
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from deploy.cli.installation import SERVICES
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.person import COLUMNS, person_of
from deploy.cli.journey.planning import PlannedJourney, Taken, Way, decide_journey, ways_of
from deploy.cli.journey.player import Player
from deploy.cli.journey.proof import all_events, missing, name_of
from shared.reference import JURISDICTIONS, profile
from tests.faults.field import Field, opened
from tests.kit.passing_time import PassingTime

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

BEGINS = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
#: Two months each: across clock changes in both directions, and past the end of vague dates within a year.
JUMPS_AFTER = 11
ROW = dict.fromkeys(COLUMNS, 0) | {"Age Band": 5, "isForcedLabour": 1, "Trafficking Duration": 1}
#: Days between two official stages of a journey.
DAYS_BETWEEN = 20
#: The number of journeys that run concurrently. The others wait for their turn, or for the next jump.
AT_ONCE = 4
LONGEST_WAIT_SECONDS = 300
#: Event verbs that set a new date for a period.
DATING = ("started", "moved", "reopened", "resumed", "woken")
ENDS = {"minimum": "reached", "maximum": "reached", "target": "missed", "limitation": "missed"}


class Months:
    """The clock of all services, moved in jumps."""

    def __init__(self, field: Field) -> None:
        self.time = PassingTime(field.targets())
        self.now = BEGINS
        self.time.at(self.now)
        self._turns = threading.Condition()
        self._room = threading.Semaphore(AT_ONCE)
        self._playing = self._waiting = self._jumps = 0

    def pass_days(self, days: int) -> None:
        """Jump, and return when both replicas have done all due work and every event has arrived."""
        self.now += dt.timedelta(days=days)
        self.time.at(self.now)

    @contextlib.contextmanager
    def in_turn(self, journeys: int) -> Iterator[None]:
        """Run this number of journeys through the same months together, each in its own thread."""
        self._playing = journeys
        yield
        assert self._playing == 0

    @contextlib.contextmanager
    def journey(self) -> Iterator[None]:
        """Run one of the journeys. Once it has ended or failed, the others do not wait for it."""
        try:
            with self._room:
                yield
        finally:
            with self._turns:
                self._playing -= 1
                self._jump_if_all_wait()

    def wait_for_the_others(self) -> None:
        """Wait until every running journey has come as far, and the days until the next stage have passed."""
        self._room.release()
        with self._turns:
            before = self._jumps
            self._waiting += 1
            self._jump_if_all_wait()
            assert self._turns.wait_for(lambda: self._jumps > before, LONGEST_WAIT_SECONDS)
        self._room.acquire()

    def _jump_if_all_wait(self) -> None:
        if self._waiting and self._waiting == self._playing:
            self.pass_days(DAYS_BETWEEN)
            self._waiting, self._jumps = 0, self._jumps + 1
            self._turns.notify_all()


@dataclass
class Slowly(Player):
    """A journey with weeks between its official stages."""

    months: Months | None = None

    def _take(self, taken: Taken) -> None:
        if self.months is not None:
            self.months.wait_for_the_others()
            self.today = self.months.now.date()
        super()._take(taken)


@pytest.fixture(scope="module")
def field() -> Iterator[Field]:
    with opened() as found:
        for service in SERVICES:
            found.start(service, 1)
        yield found


@pytest.fixture(scope="module")
def months(field: Field) -> Months:
    return Months(field)


def plan(jurisdiction: str, way: Way, months: Months) -> PlannedJourney:
    random = Random(f"{jurisdiction} {way}")
    person = person_of(ROW, random, months.now.date())
    return decide_journey(1, profile(jurisdiction), way, person, random)


def left_waiting(desk: Desk, jurisdiction: str, months: Months) -> str:
    """Return a case whose authority never decides."""
    player = Player(plan(jurisdiction, "accepted", months), desk, months.now.date())
    player._open()
    player._detect()
    player._decide_entry()
    if player.plan.asks_consent:
        player._consent()
    player._take(player.plan.stages[0])
    return player.case


def played_slowly(plan: PlannedJourney, field: Field, months: Months) -> str:
    """Play a journey to its end while the months pass; return its case."""
    desk = Desk(field.targets())
    with months.journey():
        player = Slowly(plan, desk, months.now.date(), months=months)
        player.play()
        assert missing(plan, desk, player.case)[0] == []
        return player.case


def test_whatever_becomes_due_in_months_is_told_once_and_in_order(field: Field, months: Months) -> None:
    desk = Desk(field.targets())
    cases = [left_waiting(desk, jurisdiction, months) for jurisdiction in JURISDICTIONS]
    plans = [
        plan(jurisdiction, way, months) for jurisdiction in JURISDICTIONS for way in ways_of(profile(jurisdiction))
    ]
    with months.in_turn(len(plans)), ThreadPoolExecutor(len(plans)) as threads:
        cases += threads.map(lambda each: played_slowly(each, field, months), plans)
    for _ in range(JUMPS_AFTER):
        months.pass_days(61)
    told: Counter[str] = Counter()
    for case in cases:
        for service in ("intake", "legal"):
            told += check_clocks(all_events(desk, service, case), months.now.date())
    sys.stdout.write(f"{len(cases)} cases, {(months.now - BEGINS).days} days: {dict(told)}\n")
    assert {"due_soon", "due", "missed", "reached"} <= set(told)


def check_clocks(events: list[dict[str, Any]], today: dt.date) -> Counter[str]:
    """Check the events of each clock of a case against its start; return the count of each verb."""
    news: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for event in events:
        noun, verb = name_of(event).split(".")
        if noun == "clock":
            news.setdefault(event["data"]["clock"], []).append((verb, event["data"]))
    for found in news.values():
        check_one(found, today)
    return Counter(verb for found in news.values() for verb, _ in found)


def check_one(told: list[tuple[str, Mapping[str, Any]]], today: dt.date) -> None:
    (first, started), *later = told
    assert first == "started"
    marks = [(verb, data.get("due_on"), data.get("days_left")) for verb, data in later]
    assert len(set(marks)) == len(marks), f"told twice: {marks}"
    rule = profile(started["jurisdiction"]).clock_version(started["code"], started["rule_version"])
    passing = [(verb, data) for verb, data in later if verb in ("due_soon", "due", *ENDS.values())]
    for due_on in {data["due_on"] for _, data in passing}:
        of_it = [(verb, data) for verb, data in passing if data["due_on"] == due_on]
        warned = [data["days_left"] for verb, data in of_it if verb == "due_soon"]
        # A jump or a late fact can land between two warning days. The warning is then published with the days left.
        assert all(days <= max(rule.warn_days) for days in warned)
        assert len(warned) <= len(rule.warn_days)
        check_order([verb for verb, _ in of_it], warned)
    verbs = [verb for verb, _ in later]
    dated = next((data for verb, data in reversed(told) if verb in DATING and data["due_on"] is not None), None)
    if dated is not None and dt.date.fromisoformat(dated["due_on"]) < today and "stopped" not in verbs:
        # A period is over only after the last day that its facts allow. While exploitation continues, there is none.
        last, state = (told[-1][1].get(name) for name in ("other_due_on", "state"))
        is_doubtful = state == "doubtful" and (last is None or dt.date.fromisoformat(last) >= today)
        assert is_doubtful or verbs.count(ENDS[rule.kind]) == 1, f"{rule.code} has ended, and {verbs} was told"
        # A jump can skip the whole last day. No `due` event is published for a day that has passed.
        assert verbs.count("due") <= (rule.kind != "minimum")


def check_order(verbs: list[str], days_left: list[int]) -> None:
    assert days_left == sorted(days_left, reverse=True)
    order = [{"due_soon": 0, "due": 1}.get(verb, 2) for verb in verbs]
    assert order == sorted(order), verbs
