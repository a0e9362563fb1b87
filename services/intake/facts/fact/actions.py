"""Actions about facts and the periods that follow from them: store, correct, show. None commits."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from services.intake.facts.case.actions import beside
from services.intake.facts.case.models import Case, bump, lock
from services.intake.facts.fact import rules
from services.intake.facts.fact.events import HEARD
from services.intake.facts.fact.hooks import ADOPTED, Adoption
from services.intake.facts.fact.schemas import CorrectFact, RecordFact
from services.intake.facts.person.actions import part
from services.intake.facts.person.rules import DISPUTED
from shared.access import joined_cases
from shared.access.permissions import Sight
from shared.access.tokens import Principal
from shared.access.views import Elsewhere
from shared.casework import dates
from shared.casework.answers import check_named_start
from shared.casework.fact_rules import takes_back
from shared.casework.whole import by_case
from shared.deadlines import Explaining, Keeping, fact_events, facts, periods, sees_fact, time_source
from shared.deadlines.facts import Fact
from shared.events.contract import Received
from shared.events.envelope import new_id
from shared.exchange.eventlog import record
from shared.exchange.follower import Projection, Reaction, ReadModelTable
from shared.http import Created
from shared.reference import profile
from shared.store.database import NamedRow

#: The statement of a fact. Two facts with the same statement can be a repetition.
_Stated: TypeAlias = tuple[object, ...]
#: Every revision of the facts of a case, in the order in which they were recorded.
FACTS: Final = replace(
    by_case(facts.facts),
    order=(facts.facts.c.recorded_at, facts.facts.c.id, facts.facts.c.revision),
)

#: Facts that legal recorded, for the status of the case.
HEARD_FACTS: Final = by_case(facts.heard_facts)


def birth_month(session: Session, case: UUID) -> str | None:
    """Return the month or year of the person's birth; None if it is unknown or in dispute.

    The age is also in dispute while a birth that would end a child's protection waits for a second person.
    """
    birth = part(session, case, "birth")
    if birth is None or birth["date"] is None or birth["disputed"] or session.get_one(Case, case).age == DISPUTED:
        return None
    return birth["date"][: len("2008-09")]


#: How intake keeps the periods of its cases. They are derived again after every change of a fact.
KEEPING: Final = Keeping(rules.KEEPER, lock, joined_cases.joined, birth_month)


_EXPLAINING: Final = Explaining(rules.KEEPER, birth_month, shows_heard=False)


def adopt(session: Session, case: UUID, now: datetime) -> None:
    """Have the records of a locked case state their facts: older releases recorded them without."""
    ADOPTED.announce(session, Adoption(case, now))


def announce(session: Session, noted: Iterable[Fact], now: datetime, *, by: UUID | None) -> None:
    """Store facts, and publish an event for each."""
    stored = list(noted)
    facts.note_all(session, stored, now=now, by=by)
    for case in dict.fromkeys(fact.case for fact in stored):
        record(session, case, [fact_events.announcement_of(fact) for fact in stored if fact.case == case])


def note_request(
    session: Session, case_id: UUID, request: UUID, right: str, received: str, now: datetime, *, by: UUID
) -> None:
    """Store that the person exercises a right. The month of the law runs from the day of receipt.

    No other service keeps that period, so no event is published.
    """
    codes = {"right": right}
    fact = Fact(id=request, case=case_id, kind="rights_request", happened=received, learnt=received, codes=codes)
    facts.note(session, fact, now=now, by=by)
    KEEPING.derive(session, case_id, now)


def note_answer(session: Session, case_id: UUID, request: UUID, right: str, now: datetime, *, by: UUID) -> None:
    """Store the answer to a request by which the person exercises a right. Only the first answer is stored."""
    answer = uuid5(request, "answer")
    if not facts.own_revisions(session, case_id, request) or facts.own_revisions(session, case_id, answer):
        return
    at, codes = now.isoformat(), {"right": right}
    fact = Fact(id=answer, case=case_id, kind="rights_answer", happened=at, learnt=at, about=request, codes=codes)
    facts.note(session, fact, now=now, by=by)
    KEEPING.derive(session, case_id, now)


def record_fact(session: Session, case_id: UUID, command: RecordFact, now: datetime, *, by: Principal) -> Created:
    """Record a fact without a separate record: a voucher, a report, a request, a period by hand.

    Return the fact's id and the id of an earlier one that is alike. Raises `FactRefused`.
    """
    case = session.get_one(Case, case_id)
    learnt = rules.learnt_by(command.learnt, dates.today(now, case.jurisdiction))
    rules.check_by_hand(profile(case.jurisdiction), command.kind, command.codes)
    rules.check_times(command.happened, learnt, now, case.jurisdiction)
    check_about(session, case_id, command.about)
    fact = Fact(
        id=new_id(),
        case=case_id,
        kind=command.kind,
        happened=command.happened,
        learnt=learnt,
        about=command.about,
        codes=command.codes,
        decided_by=command.decided_by,
    )
    check_named_start(facts.standing_for(session, fact, joined_cases.joined(session, case_id)), fact)
    same = alike(session, fact)
    announce(session, [fact], now, by=UUID(by.subject))
    KEEPING.derive(session, case_id, now)
    bump(session, case_id)
    return Created(fact.id, same)


def alike(session: Session, fact: Fact) -> UUID | None:
    """Return a valid fact that is alike a new one, perhaps because it was sent twice."""
    same = facts.alike(session, fact)
    return None if same is None else same.id


def check_about(session: Session, case_id: UUID, about: UUID | None) -> None:
    """Check that the fact that is answered belongs to the case, valid or not. Raises `NoSuchFact`."""
    if about is not None:
        facts.latest(session, case_id, about)


def correct(
    session: Session,
    case_id: UUID,
    fact_id: UUID,
    command: CorrectFact,
    now: datetime,
    *,
    by: UUID,
    kind: str | None = None,
    without: Collection[str] = (),
) -> Fact:
    """Correct a fact or take it back, and publish the change. Return its current state.

    `kind`: its corrected kind. `without`: the codes that a fact of this kind does not have. Raises `NoSuchFact`,
    `StepForbidden`, `FactRefused`.
    """
    standing = facts.latest(session, case_id, fact_id)
    rules.check_stands(withdrawn=standing.withdrawn)
    changes = command.changes
    if takes_back(command.reason, changes, withdrawn=command.withdrawn):
        return take_back(session, [standing], command.reason, now, by=by)[0]
    jurisdiction = session.get_one(Case, case_id).jurisdiction
    rules.check_codes(profile(jurisdiction), command.codes)
    times: dict[str, Any] = {name: changes[name] for name in ("happened", "learnt") if name in changes}
    rules.check_times(times.get("happened", standing.happened), times.get("learnt", standing.learnt), now, jurisdiction)
    check_about(session, case_id, command.about)
    codes = {name: code for name, code in {**standing.codes, **command.codes}.items() if name not in without}
    values = {**times, "kind": kind or standing.kind, "codes": codes}
    values |= {"about": command.about or standing.about, "decided_by": command.authority or standing.decided_by}
    corrected = facts.correct(session, case_id, fact_id, reason=command.reason, now=now, by=by, **values)
    record(session, case_id, [fact_events.announcement_of(corrected)])
    return corrected


def law_on(session: Session, case_id: UUID, day: date) -> str | None:
    """Return the law of a case on a day: the law of its opening, or of the last change until then."""
    laws = sorted(
        (fact for fact in facts.standing(session, [case_id]) if fact.kind == "law"),
        key=lambda fact: (fact.id != fact_events.law_fact(case_id), fact.happened),
    )
    counting = [fact for fact in laws[1:] if fact.happened <= day.isoformat()]
    return [*laws[:1], *counting][-1].codes["jurisdiction"] if laws else None


def restate(session: Session, fact: Fact, reason: str, now: datetime, *, by: UUID | None) -> None:
    """Store and publish the next revision of a fact, or its first one. An unchanged valid fact gets none."""
    recorded = facts.own_revisions(session, fact.case, fact.id)
    if not recorded:
        announce(session, [fact], now, by=by)
    elif recorded[-1].withdrawn or not recorded[-1].says(fact):
        announce(session, [replace(fact, revision=recorded[-1].revision + 1, reason=reason)], now, by=by)


def take_back(session: Session, taken: Iterable[Fact], reason: str, now: datetime, *, by: UUID | None) -> list[Fact]:
    """Withdraw facts and publish that. They stay stored as invalid. Return their current state."""
    withdrawn = [facts.withdraw(session, fact.case, fact.id, reason=reason, now=now, by=by) for fact in taken]
    for fact in withdrawn:
        record(session, fact.case, [fact_events.announcement_of(fact)])
    return withdrawn


def project_facts(session: Session, received: Sequence[Received]) -> None:
    """Store the facts that legal recorded."""
    facts.hear(session, [fact_events.fact_of(message) for message in received])


def derive_again(session: Session, received: Received) -> None:
    """Derive the periods of a case again after legal published a fact of it."""
    if session.get(Case, received.subject) is not None:
        lock(session, received.subject)
        KEEPING.derive(session, received.subject, time_source.now(session))


PROJECTIONS: Final = (Projection("facts", HEARD, project_facts, (ReadModelTable("heard_facts"),)),)
REACTIONS: Final = tuple(Reaction("periods", key, derive_again) for key in sorted(HEARD))


def facts_of(session: Session, case_id: UUID, sight: Sight, now: datetime, *, by: Principal) -> dict[str, object]:
    """Return the facts of a case with their times, authors and earlier revisions.

    Facts of the person's other cases that the reader sees are included.
    """
    others = beside(session, case_id, sight, now, by=by)
    theirs = every_revision(session, others) if others else []
    return {"facts": [*displayed(facts.history(session, case_id)), *facts_beside(theirs, others)]}


def every_revision(session: Session, cases: Collection[UUID]) -> list[NamedRow]:
    """Return every revision of the facts of some cases, own and legal's, in the order of the cases' ids."""
    return facts.every_revision(session, cases)


def facts_beside(theirs: Iterable[NamedRow], others: Mapping[UUID, Sight]) -> list[Elsewhere]:
    """Return the facts of a person's other cases that the reader sees, or that their agency recorded.

    `theirs`: every revision of the facts of those cases.
    """
    return [
        Elsewhere(fact, others[case])
        for case, rows in groupby(theirs, key=itemgetter("case_id"))
        for fact in displayed(row for row in rows if not row["heard"])
        if others[case].has("account") or others[case].is_own(fact["recorded_by"], is_author=True)
    ]


def seen_of(theirs: Iterable[NamedRow], others: Mapping[UUID, Sight]) -> list[NamedRow]:
    """Return the rows of facts of a person's other cases, own and legal's, that the reader may use."""
    return [row for row in theirs if sees_fact(others[row["case_id"]], row["codes"])]


def periods_of(
    session: Session,
    case_id: UUID,
    others: Mapping[UUID, Sight],
    now: datetime,
    rows: Iterable[NamedRow] | None = None,
) -> list[NamedRow]:
    """Return the periods of a person that intake keeps, as a reader of one case may know them.

    `rows`: every revision of the facts of all these cases, if they were already read.
    """
    standing = None if rows is None else facts.standing_rows(rows)
    return periods(session, case_id, others, now, keeper=rules.KEEPER, birth_month=birth_month, facts=standing)


def explain_deadline(
    session: Session, case_id: UUID, clock: UUID, sight: Sight, now: datetime, *, by: Principal
) -> dict[str, Any]:
    """Explain the date of a deadline: facts, rule, interpretations, skipped days, pauses, possible changes.

    Raises `NoSuchDeadline`.
    """
    return _EXPLAINING.explain(session, case_id, clock, beside(session, case_id, sight, now, by=by), now)


def displayed(rows: Iterable[NamedRow]) -> list[Mapping[str, object]]:
    """Return the rows of facts for the view `Fact`: the current revision of each, with its earlier ones."""
    of_fact: dict[UUID, list[NamedRow]] = {}
    for row in rows:
        of_fact.setdefault(row["id"], []).append(row)
    newest_first = [sorted(revisions, key=lambda row: row["revision"], reverse=True) for revisions in of_fact.values()]
    alike: defaultdict[_Stated, list[UUID]] = defaultdict(list)
    for latest, *_earlier in newest_first:
        if not latest["withdrawn"]:
            alike[_stated(latest)].append(latest["id"])
    return [
        {
            **_flat(revisions[0]),
            "alike": _other(revisions[0], alike),
            "earlier": [_flat(row) for row in revisions[1:]],
        }
        for revisions in newest_first
    ]


def _flat(row: NamedRow) -> dict[str, object]:
    return {**row, **row["codes"]}


def _stated(row: NamedRow) -> _Stated:
    return row["kind"], row["happened"], row["about"], str(sorted(row["codes"].items()))


def _other(row: NamedRow, alike: Mapping[_Stated, Sequence[UUID]]) -> UUID | None:
    """Return the first other valid fact that is alike; None if there is none, or this one is withdrawn."""
    if row["withdrawn"]:
        return None
    return next((other for other in alike[_stated(row)] if other != row["id"]), None)
