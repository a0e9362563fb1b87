"""The content of the timeline page, from the services' answers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.web.path.rules import TIMELINES, Entry, events_of
from services.web.upstream.client import AWAY, Answer

#: Entries on one page.
PAGE_SIZE: Final = 100


@dataclass(frozen=True)
class TimelinePage:
    """A page of the timeline. `following`: where the next page begins, empty on the last one."""

    entries: Sequence[Entry]
    following: str
    withheld: Sequence[str]
    #: The state of each service's part, by the name of the service.
    states: Mapping[str, str]
    has_hidden: bool

    @property
    def missing(self) -> list[str]:
        """Return the services that did not answer."""
        return [name for name, state in self.states.items() if state == AWAY]


def page_of(answers: Mapping[str, Answer], zone: str) -> TimelinePage:
    """Return a page of the timelines of all services that answered.

    All services order their entries alike. The page ends where the first of them may have more.
    """
    of_service = {name: answers[f"timeline_{name}"] for name in TIMELINES}
    timelines = {name: answer.document for name, answer in of_service.items() if answer.is_good}
    entries = events_of(timelines, zone)
    shown = entries[:PAGE_SIZE]
    has_more = len(entries) > len(shown) or any(timeline.get("next") for timeline in timelines.values())
    withheld = {
        kind
        for timeline in timelines.values()
        for kind in (*(timeline.get("withheld") or ()), *(timeline.get("withheld_categories") or ()))
    }
    return TimelinePage(
        entries=shown,
        following=_place_of(shown[-1]) if has_more and shown else "",
        withheld=sorted(withheld),
        states={name: answer.state for name, answer in of_service.items()},
        has_hidden=bool(withheld) or any(answer.is_hidden for answer in of_service.values()),
    )


def _place_of(entry: Entry) -> str:
    on, *names = entry.place
    return ".".join((on.isoformat(), *names))
