"""The content of a case's page, from the services' answers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.web.path.layout import Drawing, drawn
from services.web.path.rules import OPEN_STATES, Entry, entries_of
from services.web.upstream.client import Answer

#: The services that have a file of the case, in the order in which a page names them.
FILES: Final = ("intake", "legal", "support")
#: Due items that are deadlines or questions about deadlines. All other due items are next steps.
PERIOD, QUESTION = "period", "period_question"


@dataclass(frozen=True)
class Deadline:
    """A period as a service states it."""

    service: str
    clock: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        """Return whether the deadline still requires an action."""
        return self.clock["state"] in OPEN_STATES


@dataclass(frozen=True)
class CasePage:
    """A case; a part is empty where its service did not answer (`missing`) or does not show it (`hidden`)."""

    case: Mapping[str, Any]
    contact: Mapping[str, Any] | None
    entries: Sequence[Entry]
    drawing: Drawing
    deadlines: Sequence[Deadline]
    #: Questions whose answers resolve doubts about the deadlines; the one that resolves most comes first.
    questions: Sequence[Mapping[str, Any]]
    next_steps: Sequence[Mapping[str, Any]]
    team: Sequence[Mapping[str, Any]]
    alerts: Sequence[Mapping[str, Any]]
    withheld: Sequence[str]
    missing: Sequence[str]
    hidden: Sequence[str]

    @property
    def open_deadlines(self) -> list[Deadline]:
        """Return the deadlines that still require an action, those with the earliest date first."""
        return [deadline for deadline in self.deadlines if deadline.is_open]

    @property
    def has_hidden(self) -> bool:
        """Return whether the case has content that this reader is not shown."""
        return bool(self.withheld or self.hidden)


# control: H-DESK-6 missing-parts-are-named
def page_of(answers: Mapping[str, Answer], today: date) -> CasePage:
    """Return the page of a case that intake shows to the reader."""
    files = {name: answers[name].document for name in FILES if answers[name].is_good}
    intake = files["intake"]
    due = intake.get("due") or []
    entries = entries_of(files)
    return CasePage(
        case=intake,
        contact=answers["contact"].document if answers["contact"].is_good else None,
        entries=entries,
        drawing=drawn(entries, today),
        deadlines=_deadlines(files),
        questions=[item for item in due if item["what"] == QUESTION],
        next_steps=[item for item in due if item["what"] not in (PERIOD, QUESTION)],
        team=intake.get("team") or [],
        alerts=[alert for alert in files.get("support", {}).get("alerts") or [] if not alert.get("ended_at")],
        withheld=sorted({part for file in files.values() for part in _withheld(file)}),
        missing=[name for name in answers if answers[name].is_away],
        hidden=[name for name in FILES if answers[name].is_hidden],
    )


def _withheld(file: Mapping[str, Any]) -> Sequence[str]:
    return [*(file.get("withheld") or []), *(file.get("withheld_categories") or [])]


def _deadlines(files: Mapping[str, Mapping[str, Any]]) -> list[Deadline]:
    found = [Deadline(service, clock) for service, file in files.items() for clock in file.get("clocks") or ()]
    return sorted(found, key=lambda each: (each.clock.get("due_on") is None, str(each.clock.get("due_on"))))
