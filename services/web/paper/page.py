"""The content of the paper for the person, from the case as the desk shows it and from its jurisdiction's law. Pure.

A disguised paper has days, the next step and a number, under a neutral title. It has no label of a code, so that its
purpose stays hidden from others who find it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from services.web.case.page import CasePage, Deadline
from services.web.paper.words import PaperWords, Text, spoken
from services.web.path.rules import read_day
from services.web.upstream.client import SHOWN
from shared.reference import JURISDICTIONS, Profile, profile
from shared.reference.words import PUBLIC_LANGUAGES

DISGUISED, OPEN = "disguised", "open"
FORMS: Final = (DISGUISED, OPEN)
#: The longest text of each field that the caseworker fills in for the paper.
LONGEST: Final[Mapping[str, int]] = {"next_step": 300, "number": 40, "ask_for": 60}
_CONFIRMED: Final = "settled"


@dataclass(frozen=True)
class Choice:
    """The choices of the caseworker and the person for the paper, and the texts that the caseworker typed."""

    language: str
    form: str = DISGUISED
    next_step: str = ""
    number: str = ""
    ask_for: str = ""

    # control: H-DESK-17 disguised-by-default
    @classmethod
    def read(cls, typed: Mapping[str, str], language: str) -> Self:
        """Return it from the fields of the form; `language`: the one that the case states."""
        chosen, form = typed.get("language", ""), typed.get("form", "")
        written = {name: " ".join(typed.get(name, "").split())[:longest] for name, longest in LONGEST.items()}
        return cls(
            chosen if chosen in PUBLIC_LANGUAGES else spoken(language), form if form in FORMS else DISGUISED, **written
        )

    @property
    def is_disguised(self) -> bool:
        """Return whether the paper must not say what it is about."""
        return self.form == DISGUISED


@dataclass(frozen=True)
class LastDay:
    """An open deadline: its subject (None on a disguised paper), the days on which it can end, and a note about it."""

    what: Text | None
    days: tuple[date, ...]
    note: str = ""


@dataclass(frozen=True)
class Decision:
    """A decision that the person waits for, and the offices that make it."""

    what: Text
    offices: tuple[Text, ...]


@dataclass(frozen=True)
class Paper:
    """The paper. On a disguised one, everything but the days is empty."""

    last_days: Sequence[LastDay]
    #: Whether all data for the paper was read; if not, the paper states that it is incomplete.
    is_complete: bool
    rights: Sequence[Text] = ()
    remedies: Sequence[Text] = ()
    decisions: Sequence[Decision] = ()
    numbers: Sequence[tuple[str, str]] = ()


# control: H-DESK-17 disguised-paper
def paper_of(page: CasePage, choice: Choice, words: PaperWords, today: date) -> Paper:
    """Return the paper for a case."""
    jurisdiction = str(page.case.get("jurisdiction") or "")
    law = profile(jurisdiction) if jurisdiction in JURISDICTIONS else None
    days = sorted((_last_day(each, choice, words, today) for each in page.open_deadlines), key=_in_order)
    is_complete = _is_complete(page, choice, law)
    if choice.is_disguised or law is None:
        return Paper(days, is_complete)
    return Paper(
        days,
        is_complete,
        rights=[words.code("victim_right", code) for code in law.rights],
        remedies=[words.code("remedy", code) for code in law.remedies],
        decisions=_decisions(law, page.case.get("identification") or (), words),
        numbers=confirmed_numbers(law),
    )


def _in_order(each: LastDay) -> tuple[bool, date]:
    return not each.days, min(each.days, default=date.max)


# control: H-DESK-18 incomplete-paper-says-so
def _is_complete(page: CasePage, choice: Choice, law: Profile | None) -> bool:
    is_read = all(state == SHOWN for state in page.keepers) and not page.is_calculating
    if choice.is_disguised:
        return is_read
    return is_read and law is not None and page.case.get("identification") is not None


def _last_day(deadline: Deadline, choice: Choice, words: PaperWords, today: date) -> LastDay:
    clock = deadline.clock
    stated = (read_day(clock.get(name))[0] for name in ("due_on", "other_due_on"))
    days = tuple(sorted({day for day in stated if day is not None}))
    what = None if choice.is_disguised else words.code("clock_code", str(clock["code"]))
    return LastDay(what, days, _note(clock, days, today))


def _note(clock: Mapping[str, Any], days: Sequence[date], today: date) -> str:
    """Return the name of the text about a last day; empty if there is nothing to note."""
    if not days:
        return "no_day"
    if max(days) < today:
        return "passed"
    is_sure = clock["state"] == "running" and clock["certainty"] == _CONFIRMED and len(days) == 1
    return "" if is_sure and not clock.get("doubts") and not clock.get("verify") else "not_certain"


def _decisions(law: Profile, steps: Sequence[Mapping[str, Any]], words: PaperWords) -> list[Decision]:
    found = [("identification_stage", stage, law.stages[stage].authorities) for stage in awaited(law, steps)]
    if any(step.get("foreigner") for step in steps if not step.get("corrected_on")):
        found += [("residence", code, ground.authorities) for code, ground in law.residence.items()]
    return [
        Decision(words.code(code_list, code), tuple(words.code("authority", each) for each in offices))
        for code_list, code, offices in found
        if offices
    ]


def awaited(law: Profile, steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the decisions of the official path that can come next, after the steps that still count."""
    standing = [step for step in steps if not step.get("corrected_on")]
    made = {step["stage"] for step in standing}
    passed = {step["stage"] for step in standing if step.get("outcome") in (None, "positive")}
    return [
        code
        for code, stage in law.stages.items()
        if stage.kind == "decision" and not stage.reconsiders and code not in made and passed.issuperset(stage.requires)
    ]


def confirmed_numbers(law: Profile) -> list[tuple[str, str]]:
    """Return the names and numbers of the places of help of a law whose source is settled."""
    return [
        (place.name, place.phone)
        for place in law.help.values()
        if place.phone is not None and place.certainty == _CONFIRMED
    ]
