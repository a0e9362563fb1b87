"""The explanation of a deadline, limited to the data that a reader of its case can see.

It is derived from the same facts as the reader's list of deadlines, and it explains the deadline in that list.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.permissions import Sight
from shared.access.views import Elsewhere
from shared.deadlines.derivation import LIVE, RESTING, Stored
from shared.deadlines.derivation.certainty import Way
from shared.deadlines.derivation.dates import Reading
from shared.deadlines.derivation.explain import Change, Explanation, Extended, Origins, Paused, Used
from shared.deadlines.explained_view import ELSEWHERE, HERE, OTHER_CASE
from shared.deadlines.facts import every_revision, standing_rows
from shared.deadlines.joined import BirthMonth, births_of, seen_of, sees_period
from shared.deadlines.rows import as_known, row_of, stored_rows
from shared.deadlines.tables import NoSuchDeadline
from shared.deadlines.view import displayed_rows
from shared.reference import ClockRule, Keeper, profile
from shared.reference.periods import local_date

_ADDRESS: Final = re.compile(r"https://[^\s;,)]+[^\s;,).]")


@dataclass(frozen=True)
class Explaining:
    """How a service explains its deadlines.

    `keeper`, `birth_month`: as in `Keeping`. `shows_heard`: readers of a case here can also see the facts that other
    services recorded. Otherwise they see only the ids of those facts.
    """

    keeper: Keeper | None
    birth_month: BirthMonth
    shows_heard: bool

    def explain(
        self, session: Session, case: UUID, clock: UUID, others: Mapping[UUID, Sight], now: datetime
    ) -> dict[str, Any]:
        """Return the explanation of a deadline that the case shows, as `ExplainedDeadline` reads it.

        `others`: what the reader can see of the person's other cases. Raises `NoSuchDeadline`.
        """
        cases = sorted((case, *others))
        rows, before = every_revision(session, cases), stored_rows(session, cases)
        seen = seen_of(standing_rows(rows), case, others)
        births = births_of(session, case, others, self.birth_month)
        origins = Origins(seen, now, keeper=self.keeper, births=births)
        derived = as_known(origins.periods, before)
        number = next((place for place, period in enumerate(derived) if period.id == clock), None)
        listed = _listed(before, None if number is None else derived[number], case, clock, others)
        explanation = None if number is None else origins.explanation(number)
        heard = {row["id"] for row in rows if row["heard"]}
        used = () if explanation is None else explanation.facts
        return {
            "id": case,
            "deadline": displayed_rows([row_of(listed)])[0],
            "facts": [self._fact(each, case, others, heard) for each in used],
            **_rule(profile(listed.jurisdiction).clock_version(listed.code, listed.rule_version)),
            **(_NOTHING if explanation is None else _derived(explanation)),
        }

    def _fact(self, used: Used, case: UUID, others: Mapping[UUID, Sight], heard: Collection[UUID]) -> object:
        fact = used.fact
        kept = HERE if fact.id not in heard else ELSEWHERE
        shown: dict[str, object] = {"id": fact.id, "use": used.use, "kept": kept if fact.case == case else OTHER_CASE}
        if self.shows_heard or fact.id not in heard:
            stated = {name: getattr(fact, name) for name in ("kind", "happened", "learnt", "decided_by")}
            shown = {**fact.codes, **stated, **shown}
        return shown if fact.case == case else Elsewhere(shown, others[fact.case])


def _listed(
    before: Mapping[UUID, Stored], derived: Stored | None, case: UUID, clock: UUID, others: Mapping[UUID, Sight]
) -> Stored:
    """Return the deadline as the list of the case shows it to this reader. Raises `NoSuchDeadline`."""
    if (
        others
        and derived is not None
        and (derived.subject == case or sees_period(others[derived.subject], derived.code))
    ):
        return derived
    stored = before.get(clock)
    if stored is None or stored.subject != case:
        raise NoSuchDeadline("This case has no such deadline. Read the case again.")
    # If another deadline of the person runs in its place, it rests.
    return replace(stored, state=RESTING) if others and stored.state in LIVE else stored


def _rule(rule: ClockRule) -> dict[str, object]:
    named = (
        "code",
        "version",
        "effective_to",
        "layer",
        "source",
        "certainty",
        "check",
        "read_on",
        "from_memory",
        "note",
    )
    stated = {name: getattr(rule, name) for name in named}
    addresses = _ADDRESS.findall(rule.source)
    return {"rule": {**stated, "addresses": addresses, "late_filing_possible": rule.late_filing}}


#: The explanation of a deadline that follows from no current fact: its starting fact was withdrawn.
_NOTHING: Final[Mapping[str, object]] = {
    **dict.fromkeys(("readings", "pauses", "extensions", "changes", "closes", "ask_about"), ()),
    **dict.fromkeys(("changes_at", "question")),
}


def _derived(explanation: Explanation) -> dict[str, object]:
    return {
        "readings": list(_readings(explanation)),
        "pauses": [_pause(pause) for pause in explanation.pauses],
        "extensions": [_extension(extension) for extension in explanation.extensions],
        "changes": list({str(shown): shown for shown in map(_change, explanation.changes)}.values()),
        "changes_at": explanation.period.next_at,
        "question": explanation.question,
        "closes": explanation.closes,
        "ask_about": explanation.period.ask_about,
    }


def _readings(explanation: Explanation) -> Iterator[dict[str, object]]:
    """Yield the distinct ways to count."""
    zone = explanation.law.timezone
    shown = {str(way): way for way in (_reading(reading, zone) for reading in explanation.readings)}
    yield from sorted(shown.values(), key=lambda way: (way["due_on"] is None, str(way["due_on"])))


def _reading(reading: Reading, zone: str) -> dict[str, object]:
    first, last, counted = reading.reach.first, reading.reach.last, reading.counted
    is_range = first is not None and last is not None and first.due.due_on != last.due.due_on
    length = None if counted is None or counted.due is None else counted.length
    return {
        "basis": reading.basis,
        "counted_from": None if reading.base is None else local_date(reading.base, zone),
        "length": None if length is None else str(length),
        "wording": "" if counted is None else counted.wording,
        "why": "" if counted is None else counted.why,
        "due_on": _day(first),
        "until": _day(last) if is_range else None,
        "doubts": sorted(reading.doubts),
        "skipped": [{"day": day, "reason": why} for day, why in (first.due.skipped if first else ())],
    }


def _day(way: Way | None) -> object:
    return None if way is None else way.due.due_on


def _pause(pause: Paused) -> dict[str, object]:
    return {
        "fact": pause.fact,
        "begun_on": pause.begun[0],
        "begun_by": pause.begun[1],
        "ended_on": pause.ended[0],
        "ended_by": pause.ended[1],
        "sure": pause.is_sure,
        "has_effect": pause.has_effect,
        "by_hand": pause.is_by_hand,
    }


def _extension(extension: Extended) -> dict[str, object]:
    shown = {"fact": extension.fact, "until": extension.until}
    return {**shown, "sure": extension.is_sure, "has_effect": extension.has_effect}


def _change(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind,
        "effect": change.effect,
        "where": sorted(code for codes in change.where.values() for code in codes),
    }
