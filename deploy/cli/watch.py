"""`watch`: the events as they happen, for developers of integrating agencies."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import click
from rich.text import Text

from deploy.cli.api import Api
from deploy.cli.console import out, say
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES
from deploy.cli.replies import CloudEvent
from deploy.cli.service_requests import operator

POLL_SECONDS = 0.3
PAGE = 200
PATIENCE_SECONDS = 60.0
REMEMBERED = 20_000
"""The number of events whose names are remembered; an older cause is shown by the beginning of its id."""
STYLES = {"intake": "cyan", "legal": "yellow", "support": "green", "partners": "magenta"}


@dataclass
class Watch:
    """Follows the feeds of some services, each from a position on."""

    api: Api
    positions: dict[str, int]
    case: str | None = None
    _names: dict[str, str] = field(default_factory=dict)

    def look(self) -> list[CloudEvent]:
        """Return what is new in all feeds, in the order of the events' times."""
        events = [event for service in self.positions for event in self._fresh(service)]
        events.sort(key=lambda event: (str(event["time"]), str(event["sequence"])))
        for event in events:
            self._names[str(event["id"])] = _full_name(event)
        while len(self._names) > REMEMBERED:
            del self._names[next(iter(self._names))]
        return events

    def line(self, event: CloudEvent) -> Text:
        """Return an event as one line: time, service, type, subject, what caused it."""
        service = _service(event)
        cause = str(event.get("causationid") or "")
        caused = f"  ← {self._names.get(cause, cause[:8])}" if cause else ""
        return Text.assemble(
            (str(event["time"])[11:23], "dim"),
            "  ",
            (f"{service:<8}", STYLES.get(service, "")),
            f"{_short_type(event):<36}",
            (f"{str(event['subject'])[-12:]}", "magenta"),
            (caused, "dim"),
        )

    def _fresh(self, service: str) -> Iterator[CloudEvent]:
        query: dict[str, str | int] = {"limit": PAGE, **({"subject": self.case} if self.case else {})}
        while page := self.api.get(service, "/v1/events", after=self.positions[service], **query).json():
            self.positions[service] = int(page[-1]["sequence"])
            yield from page


def _service(event: CloudEvent) -> str:
    return str(event["source"]).rpartition("/")[2]


def _short_type(event: CloudEvent) -> str:
    """Return the type without its common prefix and the service, which has a separate column."""
    return ".".join(str(event["type"]).split(".")[3:])


def _full_name(event: CloudEvent) -> str:
    return f"{_service(event)} {_short_type(event)}"


@click.command(short_help="Show events as they happen.")
@click.option("--service", metavar="SERVICE", help=f"One of {', '.join(SERVICES)}; by default all.")
@click.option("--after", type=click.IntRange(min=0), help="Start after this position of the log.")
@click.option("--case", type=click.UUID, help="Show only the events of one case, from the first.")
@click.option("--target", "urls", multiple=True, metavar="URL", help="Address of a service; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print CloudEvents, one per line.")
def watch(*, service: str | None, after: int | None, case: UUID | None, urls: tuple[str, ...], as_json: bool) -> None:
    r"""Show the events of the services as they happen, until you press Ctrl-C.

    The command starts with new events. With --after or --case it starts with earlier events. It shows codes, dates and
    references, never who a person is.

    \b
    Examples:
      ./casepath watch
      ./casepath watch --service legal --after 0 --json
      ./casepath watch --case 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    services = _services(service, after)
    api = operator(urls, patience=PATIENCE_SECONDS)
    try:
        positions = {name: _begin(api, name, after, from_first=bool(case)) for name in services}
        _follow(Watch(api, positions, str(case) if case else None), as_json=as_json)
    except KeyboardInterrupt:
        say("")


def _services(named: str | None, after: int | None) -> Iterable[str]:
    if named is not None and named not in SERVICES:
        raise CommandRefused(
            "There is no such service.",
            why=f"the services are {', '.join(SERVICES)}",
            next_step="./casepath watch --service legal, or without --service for all of them",
            exit_code=2,
        )
    if after is not None and named is None:
        raise CommandRefused(
            "--after needs --service.",
            why="each service's log has its own positions",
            next_step=f"./casepath watch --service intake --after {after}",
            exit_code=2,
        )
    return SERVICES if named is None else (named,)


def _begin(api: Api, service: str, after: int | None, *, from_first: bool) -> int:
    """Return the position to begin after: `after`, else before a case's first event, else the head of the log."""
    if after is None:
        return 0 if from_first else _head(api, service)
    head = _head(api, service)
    if after > head:
        say(f"The log of {service} ends at {head}; waiting for events after {after}.", style="yellow")
    return after


def _head(api: Api, service: str) -> int:
    return int(api.get(service, "/v1/exchange").json()["head"])


def _follow(watched: Watch, *, as_json: bool) -> None:
    while True:
        for event in watched.look():
            if as_json:
                click.echo(json.dumps(event, ensure_ascii=False, separators=(",", ":")))
            else:
                out.print(watched.line(event), soft_wrap=True)
        time.sleep(POLL_SECONDS)
