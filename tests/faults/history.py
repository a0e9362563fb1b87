"""The history checker: reads what the services' logs say afterwards and counts what must be nought.

`lost`: a position without an event, or an event that should have been answered and was not. `duplicated`: an id twice,
or an answer given twice. `ghosts`: an answer to an event that no log has. `disorder`: answers about one case in
another order than what they answer.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.cli.api import Api

Log = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Found:
    """What the checker counted."""

    events: int
    lost: int
    duplicated: int
    ghosts: int
    disorder: int

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"lost {self.lost} duplicated {self.duplicated} ghosts {self.ghosts} disorder {self.disorder} "
            f"events {self.events}"
        )


def read_logs(api: Api, services: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Read each service's whole log by its feed."""
    logs: dict[str, list[dict[str, Any]]] = {}
    for service in services:
        log: list[dict[str, Any]] = []
        while page := api.get(service, "/v1/events", after=len(log), limit=200).json():
            log += page
        logs[service] = log
    return logs


def check(logs: Mapping[str, Log]) -> Found:
    """Count what went wrong in these logs."""
    events = {each["id"]: each for log in logs.values() for each in log}
    total = sum(len(log) for log in logs.values())
    gaps = sum(1 for log in logs.values() for place, each in enumerate(log, start=1) if int(each["sequence"]) != place)
    answered = _answers(logs["support"], "urgent_need.noted")
    asked = [each["id"] for each in logs["intake"] if _is(each, "contact.opened") and each["data"]["urgent_needs"]]
    return Found(
        events=total,
        lost=gaps + sum(1 for each in asked if not answered[each]),
        duplicated=total - len(events) + sum(count - 1 for count in answered.values()),
        ghosts=sum(1 for log in logs.values() for each in log if each.get("causationid", each["id"]) not in events),
        disorder=sum(_out_of_order(log, events) for log in logs.values()),
    )


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
