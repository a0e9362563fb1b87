"""The history checker: reads the services' logs after a run and counts the faults, which must be zero.

`lost`: a position without an event, an event without its required reaction, or a confirmed write that is in no log.
`duplicated`: an id twice, a write done twice, or a reaction twice. `ghosts`: a reaction to an event that no log has.
`disorder`: reactions about one case in another order than their events. `told_without_cover`: an agency received an
event without a ground. `recovered` is no fault: a write without a response that was stored nevertheless.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import add, sub
from types import MappingProxyType
from typing import Any, Protocol

from deploy.cli.api import Api

Log = Sequence[Mapping[str, Any]]


class Write(Protocol):
    """An opened case: `trace` is part of its event, `case` is None without a response."""

    @property
    def trace(self) -> str:
        """Return the trace id that identifies the write in the log."""

    @property
    def case(self) -> str | None:
        """Return the case from the service's response."""


@dataclass(frozen=True)
class Found:
    """The counters of the checker."""

    events: int = 0
    lost: int = 0
    duplicated: int = 0
    ghosts: int = 0
    disorder: int = 0
    recovered: int = 0
    told_without_cover: int = 0

    @property
    def whole(self) -> bool:
        """Return whether no event is lost, duplicated, unexplained or out of order, and no agency received too much."""
        return not (self.lost or self.duplicated or self.ghosts or self.disorder or self.told_without_cover)

    def __add__(self, other: "Found") -> "Found":
        """Add the counters."""
        return Found(*map(add, self._numbers(), other._numbers()))

    def __sub__(self, other: "Found") -> "Found":
        """Subtract the counters."""
        return Found(*map(sub, self._numbers(), other._numbers()))

    def __str__(self) -> str:
        """Return the counters in one line."""
        return " ".join(f"{each.name} {getattr(self, each.name)}" for each in fields(self))

    def _numbers(self) -> tuple[int, ...]:
        return tuple(getattr(self, each.name) for each in fields(self))


def read_on(api: Api, logs: Mapping[str, list[dict[str, Any]]]) -> None:
    """Read the new part of each service's log through its feed."""
    for service, log in logs.items():
        while page := api.get(service, "/v1/events", after=_last(log), limit=200).json():
            log.extend(page)


def _last(log: Log) -> int:
    return int(log[-1]["sequence"]) if log else 0


def check(
    logs: Mapping[str, Log], writes: Iterable[Write] = (), inside: Mapping[str, Collection[int]] = MappingProxyType({})
) -> Found:
    """Count the faults in these logs, and the writes that are missing from intake's.

    `inside`: the positions of each log with internal events, which no member of staff can read. They are no gaps.
    """
    events = {each["id"]: each for log in logs.values() for each in log}
    total = sum(len(log) for log in logs.values())
    gaps = sum(_gaps(log, inside.get(service, ())) for service, log in logs.items())
    answered = _answers(logs["support"], "urgent_need.noted")
    asked = [each["id"] for each in logs["intake"] if _is(each, "contact.opened") and each["data"]["urgent_needs"]]
    lost, twice, recovered = _against(writes, logs["intake"])
    return Found(
        events=total,
        lost=gaps + lost + sum(1 for each in asked if not answered[each]),
        duplicated=total - len(events) + twice + sum(count - 1 for count in answered.values()),
        ghosts=sum(1 for log in logs.values() for each in log if each.get("causationid", each["id"]) not in events),
        disorder=sum(_out_of_order(log, events) for log in logs.values()),
        recovered=recovered,
    )


def _gaps(log: Log, inside: Collection[int]) -> int:
    """Count the positions without an event up to the last one."""
    return len(set(range(1, _last(log) + 1)) - {int(each["sequence"]) for each in log} - set(inside))


def _against(writes: Iterable[Write], log: Log) -> tuple[int, int, int]:
    """Count confirmed writes that are missing, writes done twice, and writes that were stored but not confirmed."""
    opened = [each for each in log if _is(each, "contact.opened")]
    cases = {each["subject"] for each in opened}
    traces = Counter(each["traceparent"].split("-")[1] for each in opened if each.get("traceparent"))
    lost = sum(1 for each in writes if each.case is not None and each.case not in cases)
    recovered = sum(1 for each in writes if each.case is None and traces[each.trace])
    return lost, sum(count - 1 for count in traces.values()), recovered


def _is(event: Mapping[str, Any], name: str) -> bool:
    return f".{name}.v" in event["type"]


def _answers(log: Log, name: str) -> Counter[str]:
    return Counter(each["causationid"] for each in log if _is(each, name))


def _out_of_order(log: Log, events: Mapping[str, Mapping[str, Any]]) -> int:
    """Count reactions that come before a reaction to an earlier event of the same source and case."""
    latest: dict[tuple[str, str], int] = defaultdict(int)
    wrong = 0
    for each in log:
        cause = events.get(each.get("causationid", ""))
        if cause is None:
            continue
        key, position = (cause["source"], cause["subject"]), int(cause["sequence"])
        wrong += position < latest[key]
        latest[key] = max(latest[key], position)
    return wrong
