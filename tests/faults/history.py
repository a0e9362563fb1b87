"""The history checker: reads what the services' logs say afterwards and counts what must be nought.

`lost`: a position without an event, an event that should have been answered and was not, or a write that was answered
and is in no log. `duplicated`: an id twice, a write done twice, or an answer given twice. `ghosts`: an answer to an
event that no log has. `disorder`: answers about one case in another order than what they answer. `told_without_cover`:
an agency got something that nobody had agreed to. `recovered` is no fault: a write that nobody answered turned out to
be there.
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
    """An opened case: `trace` stands in its event, `case` is None where no answer came."""

    @property
    def trace(self) -> str:
        """What finds it in the log."""

    @property
    def case(self) -> str | None:
        """What the service answered."""


@dataclass(frozen=True)
class Found:
    """What the checker counted."""

    events: int = 0
    lost: int = 0
    duplicated: int = 0
    ghosts: int = 0
    disorder: int = 0
    recovered: int = 0
    told_without_cover: int = 0

    @property
    def whole(self) -> bool:
        """Nothing is lost, nothing came twice or from nowhere, all in order, and no agency was told too much."""
        return not (self.lost or self.duplicated or self.ghosts or self.disorder or self.told_without_cover)

    def __add__(self, other: "Found") -> "Found":
        """Count both."""
        return Found(*map(add, self._numbers(), other._numbers()))

    def __sub__(self, other: "Found") -> "Found":
        """Count what the other one has not."""
        return Found(*map(sub, self._numbers(), other._numbers()))

    def __str__(self) -> str:
        """Say it in one line."""
        return " ".join(f"{each.name} {getattr(self, each.name)}" for each in fields(self))

    def _numbers(self) -> tuple[int, ...]:
        return tuple(getattr(self, each.name) for each in fields(self))


def read_on(api: Api, logs: Mapping[str, list[dict[str, Any]]]) -> None:
    """Read the rest of each service's log by its feed, behind what has been read."""
    for service, log in logs.items():
        while page := api.get(service, "/v1/events", after=_last(log), limit=200).json():
            log.extend(page)


def _last(log: Log) -> int:
    return int(log[-1]["sequence"]) if log else 0


def check(
    logs: Mapping[str, Log], writes: Iterable[Write] = (), inside: Mapping[str, Collection[int]] = MappingProxyType({})
) -> Found:
    """Count what went wrong in these logs, and which of the writes are not in intake's.

    `inside`: the positions of each log whose events no member of staff is shown; they are no gaps.
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
    """Count the positions up to the last one that no event has."""
    return len(set(range(1, _last(log) + 1)) - {int(each["sequence"]) for each in log} - set(inside))


def _against(writes: Iterable[Write], log: Log) -> tuple[int, int, int]:
    """Count the writes that were answered and are not there, that were done twice, and that nobody answered but are."""
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
    """Count answers that stand before an answer to an earlier event of the same source and case."""
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
