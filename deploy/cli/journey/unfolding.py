"""The path of a case, printed live: every service's events, each below the one that caused it."""

from collections.abc import Callable

from rich.text import Text

from deploy.cli.installation import HOLDERS
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.places import place_of
from deploy.cli.journey.proof import all_events, name_of
from deploy.cli.replies import CloudEvent

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
"""The number of polls that an event waits for its cause to be read from another feed."""


class Unfolding:
    """Follows the three feeds about one case, and prints each event once."""

    def __init__(self, desk: Desk, case: str, print_line: Callable[[Text], None]) -> None:
        self._desk = desk
        self._case = case
        self._print = print_line
        self._after = dict.fromkeys(HOLDERS, 0)
        self._depth: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._first_of: dict[str, str] = {}
        self._looks: dict[str, int] = {}
        self._waiting: list[CloudEvent] = []

    def look(self, *, last: bool = False) -> int:
        """Print what is new; at the `last` poll also what waits for its cause. Return the number printed so far."""
        for service in HOLDERS:
            fresh = all_events(self._desk, service, self._case, self._after[service])
            if fresh:
                self._after[service] = int(fresh[-1]["sequence"])
            self._waiting += fresh
        self.take([], last=last)
        return len(self._depth)

    def take(self, fresh: list[CloudEvent], *, last: bool = False) -> None:
        """Print these events and those that waited, in the order of their times but never before their cause."""
        waiting = sorted([*self._waiting, *fresh], key=lambda event: str(event["time"]))
        while ready := [event for event in waiting if self._cause_is_printed(event)]:
            self._print_one(ready[0])
            waiting.remove(ready[0])
        for event in waiting:
            self._looks[event["id"]] = self._looks.get(event["id"], 0) + 1
        self._waiting = [] if last else [event for event in waiting if self._looks[event["id"]] <= LOOKS_FOR_A_CAUSE]
        for event in waiting:
            if event not in self._waiting:
                self._print_one(event)

    def _print_one(self, event: CloudEvent) -> None:
        own = str(event["id"])
        self._depth[own] = self._depth.get(self._parent(event), -1) + 1
        self._names[own] = name_of(event)
        caused_by = self._names.get(str(event.get("causationid")), "")
        self._print(line_of(event, self._depth[own], caused_by))

    def _parent(self, event: CloudEvent) -> str:
        """Return the event that caused this one, or the first event of the same request."""
        first = self._first_of.setdefault(str(event["correlationid"]), str(event["id"]))
        return str(event.get("causationid") or first)

    def _cause_is_printed(self, event: CloudEvent) -> bool:
        return not event.get("causationid") or event["causationid"] in self._depth


def line_of(event: CloudEvent, depth: int, caused_by: str = "") -> Text:
    """Return one line: time, service, place on the path, and the event set in below what caused it.

    Other events may stand between the two, so a cause in another service is also named.
    """
    service = str(event["source"]).rpartition("/")[2]
    name = name_of(event)
    branch = "  " * (depth - 1) + "└ " if depth else ""
    return Text.assemble(
        (str(event["time"])[11:23], "dim"),
        "  ",
        (f"{service:<9}", STYLES.get(service, "")),
        (f"{place_of(service, name):<16.16}", "dim"),
        (branch, "dim"),
        (name, "bold" if not depth else ""),
        (_details(event), "dim"),
        (f"  ← {caused_by}" if caused_by else "", "dim"),
    )


def _details(event: CloudEvent) -> str:
    data = event.get("data") or {}
    return "".join(f"  {data[name]}" for name in SHOWN if isinstance(data.get(name), str))
