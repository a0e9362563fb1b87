"""Shuffled histories under every law, through two replicas of intake and legal: every order has the same result.

All histories are recorded in one running field: half of each order before some weeks pass and half after, through both
replicas in turn. Then the clock jumps past the due dates. The test compares what the services show and publish.
"""

import datetime as dt
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random
from typing import Any, Final

import pytest
from hypothesis import Phase, given, settings

from deploy.cli.api import Targets
from deploy.cli.journey.desk import Desk
from shared.reference import JURISDICTIONS
from tests.faults.field import Field, opened
from tests.kit.entering import enter
from tests.kit.histories import BEGINS, Entry, History, histories
from tests.kit.passing_time import PassingTime
from tests.kit.team_case import ABSENT, LEAD, TeamCase, team_of, work_list

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

#: Histories of each law, 50 in total.
EXAMPLES: Final = 50 // len(JURISDICTIONS)
ADVISER: Final = "legal_adviser"
#: The number of people who record concurrently.
AT_ONCE: Final = 4
#: The time that passes after the first half, and after the second.
WEEKS, MONTHS = dt.timedelta(days=24), dt.timedelta(days=150)
#: The compared fields of a period: all but ids, which differ because each order creates its own records.
PERIOD: Final = (
    *("code", "kind", "jurisdiction", "state", "began", "due_on", "other_due_on", "in_time", "certainty", "doubts"),
    *("birthday", "paused_on", "rule_version", "late_filing_possible"),
)
ITEM: Final = (
    *("what", "source", "code", "kind", "due_on", "other_due_on", "since", "state", "certainty", "doubts"),
    *("birthday", "group"),
)
#: Verbs that change a period, so that the same event may be published again.
CHANGES: Final = ("started", "moved", "restated", "reopened", "resumed", "woken", "stopped", "withdrawn", "doubtful")
ARRIVES_WITHIN_SECONDS: Final = 20


@dataclass
class Told:
    """A history as recorded in one order, in its own case; `ids` maps entry numbers to record ids."""

    history: History
    first_replica: int
    case: str = ""
    ids: dict[int, str] = field(default_factory=dict)
    #: The case as its team last read it, by service.
    shown: dict[str, Any] = field(default_factory=dict)

    @property
    def clocks(self) -> list[Any]:
        """Return the valid periods of the case from both services."""
        return [clock for shown in self.shown.values() for clock in shown["clocks"] if clock["state"] not in ABSENT]


@pytest.fixture(scope="module")
def field_of_two() -> Iterator[Field]:
    with opened() as found:
        for service in ("intake", "legal"):
            found.start(service, 1)
        yield found


def drawn(jurisdiction: str) -> list[History]:
    """Draw the histories of a law. A run with --hypothesis-seed draws the same ones again."""
    found: list[History] = []

    @settings(max_examples=EXAMPLES, phases=[Phase.generate], database=None)
    @given(histories(jurisdiction))
    def draw(history: History) -> None:
        found.append(history)

    draw()
    return found


def test_each_order_of_a_history_ends_in_the_same_clocks_status_and_list(field_of_two: Field) -> None:
    passing, staff = PassingTime(field_of_two.targets(), seconds=240), team_of(field_of_two.targets())
    targets = [field_of_two.targets_past_the_fronts(replica) for replica in (0, 1)]
    chance = Random(0)
    pairs = [
        (Told(history, 0), Told(history.shuffled(chance), 1))
        for jurisdiction in JURISDICTIONS
        for history in drawn(jurisdiction)
    ]
    all_told = [told for pair in pairs for told in pair]
    passing.at(BEGINS)
    # Register each member once, before the threads start.
    for role in (LEAD, ADVISER, "supervisor"):
        staff.member(role)
    at_once(all_told, targets, staff, open_case)
    passing.settle()
    at_once(all_told, targets, staff, record_first_half)
    passing.at(BEGINS + WEEKS)
    at_once(all_told, targets, staff, record_second_half)
    for now in (BEGINS + WEEKS, BEGINS + WEEKS + MONTHS):
        passing.at(now)
        differing = what_differs(pairs, targets, staff)
        until = time.monotonic() + ARRIVES_WITHIN_SECONDS
        # A background job of legal requests the birth from intake.
        while differing and time.monotonic() < until:
            passing.settle()
            differing = what_differs(pairs, targets, staff)
        assert not differing, f"{len(differing)} of {len(pairs)} differ at {now}:\n" + "\n".join(differing)
    events = Counter[str]()
    for told in all_told:
        events += check_events(told, staff)
    sys.stdout.write(f"{len(pairs)} histories in two orders: {dict(events)}\n")
    assert {"started", "moved", "stopped", "missed", "due_soon", "reached", "withdrawn", "doubtful"} <= set(events)


# --- recording -------------------------------------------------------------------------------------------------------


Work = Callable[[Told, list[Desk]], None]


def at_once(all_told: list[Told], targets: list[Targets], staff: Desk, work: Work) -> None:
    """Apply `work` to all histories with several threads, each using the replicas in turn."""

    def works(mine: list[Told]) -> None:
        # Desks are not thread-safe: create them per thread.
        desks = [replace(staff, targets=each, _apis={}) for each in targets]
        for told in mine:
            work(told, desks)

    with ThreadPoolExecutor(AT_ONCE) as people:
        for done in [people.submit(works, all_told[number::AT_ONCE]) for number in range(AT_ONCE)]:
            done.result()


def open_case(told: Told, desks: list[Desk]) -> None:
    history, desk = told.history, desks[told.first_replica]
    told.case = TeamCase.opened(desk, history.jurisdiction, team=[ADVISER], age=history.age).id


def record_first_half(told: Told, desks: list[Desk]) -> None:
    record_each(told, desks, halves(told.history)[0])


def record_second_half(told: Told, desks: list[Desk]) -> None:
    record_each(told, desks, halves(told.history)[1])


def halves(history: History) -> tuple[list[Entry], list[Entry]]:
    """Return the entries before and after the weeks. A birth is recorded before, because legal requests it at once."""
    half = len(history.entries) // 2
    born = [entry for entry in history.entries[half:] if entry.how == "birth"]
    return [*history.entries[:half], *born], [entry for entry in history.entries[half:] if entry not in born]


def record_each(told: Told, desks: list[Desk], entries: Iterable[Entry]) -> None:
    for place, entry in enumerate(entries):
        enter(TeamCase(desks[(told.first_replica + place) % len(desks)], told.case), told.history, entry, told.ids)


# --- what is compared ------------------------------------------------------------------------------------------------


def what_differs(pairs: list[tuple[Told, Told]], targets: list[Targets], staff: Desk) -> list[str]:
    """Describe the histories whose two orders ended differently."""
    at_once([told for pair in pairs for told in pair], targets, staff, read_case)
    lists = {role: {line["case"]: line["items"] for line in work_list(staff, role)} for role in (LEAD, ADVISER)}
    ended = [[_ended(told, lists) for told in pair] for pair in pairs]
    return [
        "\n".join((_differing(one, other), *map(_in_words, pair)))
        for pair, (one, other) in zip(pairs, ended, strict=True)
        if one != other
    ]


def read_case(told: Told, desks: list[Desk]) -> None:
    case = TeamCase(desks[told.first_replica], told.case)
    told.shown = {service: case.read(service) for service in ("intake", "legal")}


def _ended(told: Told, lists: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the status of a case, its periods, and the items on each member's list, in a stable order."""
    items = {
        f"list of {role}": [item for item in lines[told.case] if not _follows_from_order(told, item)]
        for role, lines in lists.items()
    }
    return {
        "status": [told.shown["intake"]["identification_status"]],
        "periods": _only(PERIOD, told.clocks),
        **{name: sorted(_item(each) for each in shown) for name, shown in items.items()},
    }


#: The days of items that follow from when something was recorded, which depends on the order: of two duplicates, the
#: later one is listed from then on, and an entitlement that follows from a step is proposed on that day.
BY_RECORDING: Final = frozenset(
    (("since", "duplicate_proposed"), ("due_on", "entitlement_proposed"), ("group", "entitlement_proposed"))
)
#: The alert of a detected child, and the task to confirm it after a correction of the age.
OF_A_CHILD: Final = frozenset((("alert", None), ("support_task", "alert_confirm")))


def _follows_from_order(told: Told, item: Mapping[str, Any]) -> bool:
    """Return whether an item follows from the order of records: the alert of a child whose birth date was recorded.

    The alert is raised if the person is a child by the records of that time, and a person ends it.
    """
    has_birth = any(entry.how == "birth" for entry in told.history.entries)
    return has_birth and (item["what"], item["code"]) in OF_A_CHILD


def _item(shown: Mapping[str, Any]) -> str:
    names = [name for name in ITEM if not {(name, shown["what"]), (name, shown["code"])} & BY_RECORDING]
    return str({name: shown[name] for name in names})


def _only(names: Iterable[str], shown: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted(str({name: each[name] for name in names}) for each in shown)


def _differing(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> str:
    said = []
    for name in one:
        if one[name] != other[name]:
            only_one = [each for each in one[name] if each not in other[name]]
            only_other = [each for each in other[name] if each not in one[name]]
            said += [
                name,
                *(f"  in order: {each}" for each in only_one),
                *(f"  shuffled: {each}" for each in only_other),
            ]
    return "\n".join(said)


def _in_words(told: Told) -> str:
    entries = "\n".join(f"    {entry}" for entry in told.history.entries)
    return f"  {told.case} {told.history.jurisdiction} {told.history.age}\n{entries}"


def check_events(told: Told, staff: Desk) -> Counter[str]:
    """Check the events of a case's periods against the shown state; return the count of each verb."""
    news: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for service in told.shown:
        for verb, data in TeamCase(staff, told.case).clock_events(service):
            news.setdefault(data["clock"], []).append((verb, data))
    for clock, of_clock in news.items():
        assert of_clock[0][0] == "started", f"{clock}: {of_clock}"
        check_each_once(of_clock)
    last = {clock: of_clock[-1][1] for clock, of_clock in news.items() if of_clock[-1][1]["state"] not in ABSENT}
    assert _announced(last) == _announced({clock["id"]: clock for clock in told.clocks})
    return Counter(verb for of_clock in news.values() for verb, _ in of_clock)


def _announced(clocks: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {clock: {name: said.get(name) for name in ANNOUNCED} | _dated(said) for clock, said in clocks.items()}


def _dated(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the date of a period whose event has the latest date if there is no earliest one."""
    return {"due_on": said["due_on"] or said["other_due_on"]} if said["state"] in DATED else {}


#: States of a period that ended on its date, or that can have a warning as its last event. These events need a date.
DATED: Final = ("passed", "missed", "reached", "doubtful")
#: Fields that both an event and the case show.
ANNOUNCED: Final = ("code", "state", "due_on", "other_due_on", "in_time", "certainty", "birthday", "doubts")


def check_each_once(told: list[tuple[str, Mapping[str, Any]]]) -> None:
    """Check that no event is published twice without a change of the period in between."""
    for (verb, data), (again, data_again) in pairwise(told):
        assert (verb, _whole(data)) != (again, _whole(data_again)), f"twice: {verb} {data}"
    seen = set[str]()
    for verb, data in told:
        if verb in CHANGES:
            seen.clear()
        mark = f"{verb} {_whole(data)}"
        assert mark not in seen, f"twice without a change between: {mark}"
        seen.add(mark)


def _whole(data: Mapping[str, Any]) -> str:
    return str(sorted((name, value) for name, value in data.items() if name != "takes_back"))
