"""The path of a case as it unfolds: every service's events, each below the one that caused it."""

from collections.abc import Callable, Mapping
from typing import Any

from rich.text import Text

from deploy.cli.installation import SERVICES
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.places import place_of
from deploy.cli.journey.proof import all_events, name_of

STYLES = {"intake": "cyan", "legal": "yellow", "support": "green"}
SHOWN = (
    "role",
    "stage",
    "outcome",
    "decision",
    "phase",
    "status",
    "code",
    "due_on",
    "remedy",
    "service_type",
    "reason",
)
LOOKS_FOR_A_CAUSE = 3
"""So many looks long an event is kept back while its cause has not been read yet from another feed."""


class Unfolding:
    """Follows the three feeds about one case, and tells each event once."""

    def __init__(self, desk: Desk, case: str, tell: Callable[[Text], None]) -> None:
        self._desk = desk
        self._case = case
        self._tell = tell
        self._after = dict.fromkeys(SERVICES, 0)
        self._depth: dict[str, int] = {}
        self._kept: dict[str, int] = {}
        self._waiting: list[dict[str, Any]] = []

    def look(self, *, last: bool = False) -> int:
        """Tell what is new; at the `last` look also what still waits for its cause. Gives the number told so far."""
        for service in SERVICES:
            fresh = all_events(self._desk, service, self._case, self._after[service])
            if fresh:
                self._after[service] = int(fresh[-1]["sequence"])
            self._waiting += fresh
        self.take([], last=last)
        return len(self._depth)

    def take(self, fresh: list[dict[str, Any]], *, last: bool = False) -> None:
        """Tell these events and those that waited, in the order of their times."""
        waiting = sorted([*self._waiting, *fresh], key=lambda event: str(event["time"]))
        self._waiting = []
        for event in waiting:
            looks = self._kept.get(event["id"], 0)
            if self._cause_unknown(event) and looks < LOOKS_FOR_A_CAUSE and not last:
                self._kept[event["id"]] = looks + 1
                self._waiting.append(event)
                continue
            self._depth[event["id"]] = self._depth.get(str(event.get("causationid")), -1) + 1
            self._tell(line_of(event, self._depth[event["id"]]))

    def _cause_unknown(self, event: Mapping[str, Any]) -> bool:
        return bool(event.get("causationid")) and event["causationid"] not in self._depth


def line_of(event: Mapping[str, Any], depth: int) -> Text:
    """Write one line: time, service, place on the path, and the event below what caused it."""
    service = str(event["source"]).rpartition("/")[2]
    name = name_of(event)
    branch = "  " * (depth - 1) + "└ " if depth else ""
    return Text.assemble(
        (str(event["time"])[11:23], "dim"),
        "  ",
        (f"{service:<8}", STYLES.get(service, "")),
        (f"{place_of(service, name):<28.28}", "dim"),
        (branch, "dim"),
        (name, "bold" if not depth else ""),
        "  ",
        (_details(event), "dim"),
    )


def _details(event: Mapping[str, Any]) -> str:
    data = event.get("data") or {}
    return " ".join(str(data[name]) for name in SHOWN if isinstance(data.get(name), str))
