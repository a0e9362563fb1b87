"""The lines of the work list: one for each case, with its place and the items that the reader sees."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from services.intake.cases.due import rules as due_rules
from services.intake.cases.work import rules
from services.intake.cases.work.actions.items import Item
from services.intake.cases.work.actions.statement import CaseRow
from services.intake.facts.case.rules import written
from shared.access.permissions import FieldClass, Sight
from shared.access.views import Shown
from shared.deadlines import checked_by
from shared.reference import grouping

#: A question item without its case, code, fact and day.
_BLANK: Final = Item._make((None,) * len(Item._fields))._replace(
    what=due_rules.PERIOD_QUESTION, source="intake", state=due_rules.OPEN, doubts=[], ask_about=[]
)
#: The fields that show the first day of one kind of item -> that kind.
_FIRST_OF: Final = {
    "clock_due_on": due_rules.PERIOD,
    "answer_due_on": due_rules.REFERRAL_WAITING,
    "came_back_on": due_rules.REFERRAL_BACK,
}


@dataclass(frozen=True)
class Sees:
    """The visibility of a case on the list: the hidden kinds of items, and whether assessments are shown."""

    hidden: frozenset[str]
    health: bool

    @classmethod
    def of(cls, sight: Sight) -> "Sees":
        """Return the visibility for a reader's sight of the case."""
        return cls(due_rules.hidden(sight), FieldClass.HEALTH in sight.classes and sight.has("health"))


class Line(NamedTuple):
    """A case's line on the list: its place, the reader's due items, and whether they see assessments.

    `needs`: whether there is an urgent need that the reader sees, even if another member has to meet it.
    """

    place: rules.Place
    case: CaseRow
    items: list[Item]
    sees_health: bool
    needs: bool = False

    @classmethod
    def of(
        cls, case: CaseRow, items: Iterable[Item], today: date, member: str, sees: Sees, *, of_all: bool = False
    ) -> "Line":
        """Return the line of a case with the reader's items; with `of_all`, with all items that they may see."""
        day, hidden = today.isoformat(), sees.hidden
        # The lead has all items, so no rule is needed for them.
        every = of_all or case.lead
        seen = [
            row
            for row in items
            if row.what not in hidden
            and (row.shown_from is None or row.shown_from <= day)
            and (row.members is None or due_rules.is_there(row.members, member))
        ]
        mine = [
            row
            for row in seen
            if (every or due_rules.is_for(row.what, case.role or "", lead=False, member=row.member, asked_by=member))
        ]
        mine += _questions(case.case, mine)
        first = min([row.due_on for row in mine if row.due_on is not None], default=None)
        return cls(
            rules.place(first, case.assessed_urgent if sees.health else None, case.case),
            case,
            mine,
            sees.health,
            any(row.what == due_rules.URGENT_NEED for row in seen),
        )

    def placed(self) -> rules.Place:
        """Return the place for the order of lines."""
        return self.place

    def marks(self, today: date, day: Callable[[str], date], *, changed: bool) -> frozenset[str]:
        """Return the filters that find the case. `changed`: whether it changed since the reader's last visit."""
        days = [None if item.due_on is None else day(item.due_on) for item in self.items]
        others = [None if item.other_due_on is None else day(item.other_due_on) for item in self.items]
        groups = {
            grouping.group(item.state, due_on, item.certainty, today, other, item.doubts)
            for item, due_on, other in zip(self.items, days, others, strict=True)
        }
        said = {
            rules.OVERDUE: grouping.OVERDUE in groups,
            rules.UNCLEAR: grouping.UNCLEAR in groups,
            rules.DUE_SOON: any(rules.is_soon(due_on, today) for due_on in days)
            or any(grouping.is_due_now(item.state, item.doubts) for item in self.items),
            # A need applies however it was recorded: by an assessment, at the opening, or separately.
            rules.URGENT: self.needs or (self.sees_health and bool(self.case.assessed_urgent)),
            rules.LED: self.case.lead,
            rules.CHANGED: changed,
        }
        return frozenset(name for name, holds in said.items() if holds)

    def shown(self, today: date, day: Callable[[str], date]) -> Shown:
        """Return the line in JSON types. No schema writes it, because the list is long."""
        case, ordered = self.case, sorted(self.items, key=_in_order)
        due_days = [None if item.due_on is None else day(item.due_on) for item in ordered]
        others = [None if item.other_due_on is None else day(item.other_due_on) for item in ordered]
        earliest: dict[str | None, str] = {}
        for item in ordered:
            if item.due_on is not None:
                earliest.setdefault(item.what, item.due_on)
        return {
            "case": case.case,
            "number": written(case.number),
            "jurisdiction": case.jurisdiction,
            "opened_on": case.opened_on,
            "lead": case.lead,
            **({"assessed_urgent": case.assessed_urgent} if self.sees_health else {}),
            "alias_of": case.alias_of,
            # Items without a day come last.
            "due_on": ordered[0].due_on if ordered else None,
            "days_late": rules.days_late(due_days[0] if ordered else None, today),
            **{field: earliest.get(what) for field, what in _FIRST_OF.items()},
            "items": [
                _item_shown(item, due_on, other, today)
                for item, due_on, other in zip(ordered, due_days, others, strict=True)
            ],
        }


def _questions(case: str, items: Iterable[Item]) -> list[Item]:
    """Return a question item for each fact that would resolve the doubts about the periods among these items."""
    periods = (
        (item.state, item.doubts, item.ask_about, item.due_on) for item in items if item.what == due_rules.PERIOD
    )
    return [
        _BLANK._replace(case=case, code=asked, reference=fact, due_on=due_on)
        for (asked, fact), due_on in due_rules.questions(periods).items()
    ]


def _item_shown(item: Item, due_on: date | None, other_due_on: date | None, today: date) -> Shown:
    """Return an item in JSON types, field by field, because a list has thousands."""
    return {
        "what": item.what,
        "source": item.source,
        "code": item.code,
        "kind": item.kind,
        "reference": item.reference,
        "due_on": item.due_on,
        "due_at": None if item.due_at is None else datetime.fromisoformat(item.due_at).astimezone(UTC).isoformat(),
        "other_due_on": item.other_due_on,
        "since": item.since,
        "state": item.state,
        "certainty": item.certainty,
        "doubts": item.doubts,
        "check": _check(item),
        "birthday": item.birthday,
        "group": grouping.group(item.state, due_on, item.certainty, today, other_due_on, item.doubts),
    }


def _check(item: Item) -> str | None:
    if item.what != due_rules.PERIOD:
        return None
    return checked_by(item.jurisdiction, item.code, item.rule_version)


def _in_order(item: Item) -> tuple[bool, str, str, str, str]:
    return item.due_on is None, item.due_on or "", item.what, item.code or "", item.reference or ""
