"""Store and return the facts that intake publishes about the person. No form of support asks for them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.support.cases.person import rules
from services.support.cases.person.events import CHANGED, CORRECTED, DECIDED, OPENED, RECORDED, RESTATED, WITHDRAWN
from services.support.cases.person.models import KnownDecision, KnownPerson
from services.support.cases.person.rules import Known
from shared.access import joined_cases
from shared.access.permissions import Sight
from shared.events.contract import Received
from shared.exchange.follower import Projection, ReadModelTable

_PEOPLE: Final = (OPENED, CHANGED, RECORDED)
_DECISION: Final = "decision"
#: The data categories of an age and a gender, and of a decision.
_IDENTITY, _ACCOUNT = "identity", "account"
_NO_SIGHT: Final[Mapping[UUID, Sight]] = MappingProxyType({})


# control: H-DANGER-3 known-facts-are-not-asked
# control: H-JOINED-1 known-by-sight
def known(session: Session, case: UUID, sights: Mapping[UUID, Sight] = _NO_SIGHT) -> Known:
    """Return the known facts about the person of a case, from this case and the joined cases that a reader sees.

    `sights`: the reader's view of each joined case. If the person is a child in one of them, this applies in all:
    the protection of a child does not depend on the reader's access.
    """
    cases = {case, *joined_cases.joined(session, case)}
    people = session.execute(select(KnownPerson.__table__).where(KnownPerson.case_id.in_(cases))).all()
    seen = {case, *(other for other, sight in sights.items() if sight.has(_IDENTITY))}
    told = {case, *(other for other, sight in sights.items() if sight.has(_ACCOUNT))}
    stated = [(each, age) for each in people for age in (each.age, each.confirmed_age or each.age)]
    decided = select(KnownDecision.stage, KnownDecision.outcome)
    standing = decided.where(KnownDecision.case_id.in_(told), KnownDecision.stands)
    return Known(
        age=rules.age_of_all(age for each, age in stated if each.case_id in seen or age in rules.CHILD),
        is_surely_child=rules.is_child_by_all(each.confirmed_age or each.age for each in people),
        groups=rules.groups_of_all(each.served_as for each in people if each.case_id in seen),
        status=rules.status_by((stage, outcome) for stage, outcome in session.execute(standing)),
    )


def project_people(session: Session, received: Sequence[Received]) -> None:
    """Store the age and the groups of each person; the last event about each person applies."""
    people: dict[UUID, dict[str, object]] = {}
    for message in received:
        person = people.setdefault(message.subject, {"served_as": None, "confirmed_age": None})
        person["age"] = message.data["age"]
        if message.key != CHANGED:  # this event repeats the facts of the opening, without an age
            person["confirmed_age"] = message.data.get("confirmed_age") or message.data["age"]
        # Empty: the groups have become unknown. Absent: this event does not state them.
        served_as = message.data.get("served_as")
        person["served_as"] = person["served_as"] if served_as is None else served_as
    for case in sorted(people):
        new = insert(KnownPerson).values(case_id=case, **people[case])
        groups = func.coalesce(new.excluded.served_as, KnownPerson.served_as)
        confirmed = func.coalesce(new.excluded.confirmed_age, KnownPerson.confirmed_age)
        age = func.coalesce(new.excluded.age, KnownPerson.age)
        changes = {"age": age, "confirmed_age": confirmed, "served_as": groups}
        session.execute(new.on_conflict_do_update(index_elements=[KnownPerson.case_id], set_=changes))


def project_decisions(session: Session, received: Sequence[Received]) -> None:
    """Store the decisions on the official path, and mark those that were recorded wrongly."""
    for message in received:
        data = message.data
        if message.key == DECIDED and data["step"] is not None:
            decision = {"step": data["step"], "case_id": message.subject, "stage": data["stage"]}
            new = insert(KnownDecision).values(**decision, outcome=data["outcome"], stands=True)
            session.execute(new.on_conflict_do_nothing())
        elif message.key == CORRECTED:
            _change(session, data["step"], stands=False)
        elif message.key in (RESTATED, WITHDRAWN) and data["kind"] == _DECISION:
            stated = {name: data[name] for name in ("stage", "outcome") if data[name] is not None}
            _change(session, data["fact"], **stated, stands=not data["withdrawn"])


def _change(session: Session, step: UUID, **values: object) -> None:
    session.execute(update(KnownDecision).where(KnownDecision.step == step).values(**values))


PROJECTIONS: Final = (
    Projection("known_people", frozenset(_PEOPLE), project_people, (ReadModelTable("known_people"),)),
    Projection(
        "known_decisions",
        frozenset((DECIDED, CORRECTED, RESTATED, WITHDRAWN)),
        project_decisions,
        (ReadModelTable("known_decisions"),),
    ),
)
