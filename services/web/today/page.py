"""The content of the start page, from the answers of the services. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from services.web.upstream.client import Answer, Document

MINE, TEAM = "mine", "team"
LISTS: Final = (MINE, TEAM)
#: The filters of a list, in the order of the page.
FILTERS: Final = ("overdue", "unclear", "due_soon", "urgent", "led", "changed")


@dataclass(frozen=True)
class Chosen:
    """The list that the person views; values that the page does not offer are left out."""

    name: str = MINE
    marked: str = ""
    law: str = ""
    after: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str], laws: Sequence[str]) -> Self:
        """Return it from the query of the page's address."""
        name, marked, law = query.get("list", MINE), query.get("filter", ""), query.get("law", "")
        return cls(
            name if name in LISTS else MINE,
            marked if marked in FILTERS else "",
            law if law in laws else "",
            query.get("after", ""),
        )

    def asked(self, since: datetime | None) -> dict[str, str]:
        """Return the query of the request for the list; `since`: the end of the person's previous visit."""
        marked = "" if self.marked == "changed" and since is None else self.marked
        asked = {
            "scope": self.name if self.name == TEAM else "",
            "filter": marked,
            "jurisdiction": self.law,
            "after": self.after,
            "since": "" if since is None else since.isoformat(),
        }
        return {name: text for name, text in asked.items() if text}

    def link(self, **different: str) -> dict[str, str]:
        """Return the query of a link to another list, filter or page; a new list or filter starts at its first page."""
        here = {"list": self.name if self.name == TEAM else "", "filter": self.marked, "law": self.law}
        return {name: text for name, text in {**here, **different}.items() if text}


@dataclass(frozen=True)
class WorkList:
    """A page of a work list. `state` says why there is none; `counts` is empty where the service sent none."""

    state: str
    cases: Sequence[Mapping[str, Any]]
    offers: Sequence[Mapping[str, Any]]
    counts: Mapping[str, Any]
    following: str | None
    changed: frozenset[str]

    @property
    def filters(self) -> list[tuple[str, int]]:
        """Return the filters of which the reader sees the counts, each with its count."""
        return [(name, self.counts[name]) for name in FILTERS if self.counts.get(name) is not None]

    @property
    def is_cut(self) -> bool:
        """Return whether the list has more cases than the service looks through."""
        return self.counts.get("complete") is False


def work_list_of(answer: Answer, since: datetime | None) -> WorkList:
    """Return the work list of an answer; `since`: the end of the person's previous visit."""
    document = answer.document if answer.is_good else Document()
    cases = document.get("cases") or []
    return WorkList(
        answer.state,
        cases,
        document.get("offers") or [],
        document.get("counts") or Document(),
        document.get("next"),
        frozenset(case["case"] for case in cases if _is_after(case.get("changed_at"), since)),
    )


def _is_after(changed_at: str | None, since: datetime | None) -> bool:
    return since is not None and changed_at is not None and datetime.fromisoformat(changed_at) > since


@dataclass(frozen=True)
class Alerts:
    """The alerts that wait for the person, and the mark with which the page waits for others."""

    shown: Sequence[Mapping[str, Any]]
    state: str
    mark: str


# control: H-DESK-6 missing-parts-are-named
def alerts_of(answer: Answer) -> Alerts:
    """Return the alerts of an answer; those of another agency's cases say only that they wait."""
    found = answer.document if answer.is_good else {}
    waiting = ({**each, "danger_type": None, "case": None, "level": 0} for each in found.get("waiting") or ())
    return Alerts([*(found.get("alerts") or ()), *waiting], answer.state, found.get("mark") or "")


@dataclass(frozen=True)
class Second:
    """How many decisions wait for the person as a second person, and whether the service said so."""

    state: str
    count: int


# control: H-DESK-6 missing-parts-are-named
def second_of(answer: Answer | None) -> Second | None:
    """Return what waits for the person as a second person; None if their roles decide nothing."""
    if answer is None or answer.is_hidden:
        return None
    return Second(answer.state, len(answer.document.get("confirmations") or ()) if answer.is_good else 0)


@dataclass(frozen=True)
class Taken:
    """An open alert that a person takes care of. `line`: its case on the work list; `name`: theirs, if it is known."""

    alert: Mapping[str, Any]
    line: Mapping[str, Any] | None
    name: str
    is_mine: bool


# control: H-DESK-6 taken-alerts-stay-visible
def taken_of(answer: Answer, work: WorkList, me: str) -> list[Taken]:
    """Return the open alerts that a staff member takes care of, as support lists them."""
    lines = {line["case"]: line for line in work.cases}
    people = [each for line in work.cases for each in (*(line.get("team") or ()), *(line.get("led_by") or ()))]
    names = {each["member"]: each["name"] for each in people if each["name"]}
    found = answer.document.get("taken") or () if answer.is_good else ()
    return [
        Taken(each, lines.get(each["case"]), names.get(each["acknowledged_by"], ""), each["acknowledged_by"] == me)
        for each in found
    ]
