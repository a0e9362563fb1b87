"""Facts of a case that people record and correct, in the same way in every service that keeps legal periods.

A service names the kinds that its facts endpoint accepts, and how it keeps its periods. Each change of a fact is
published, and the service derives the periods of the case again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.subjects import Subjects
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import answers, fact_rules, fact_schemas
from shared.casework.dates import today
from shared.casework.fact_schemas import CorrectFact, RecordFact
from shared.casework.refusals import NotArrivedYet, StepForbidden
from shared.deadlines import Fact, Keeping, fact_events
from shared.deadlines import facts as stored
from shared.events.envelope import new_id
from shared.exchange import eventlog
from shared.http import Created

#: The reason of a revision that follows from a changed record. The record has the reason of the change.
_FOLLOWS: Final = "learnt_more"
_LEARNT: Final = "learnt"


@dataclass(frozen=True)
class CaseFacts:
    """The facts of a service's cases. `kinds`: those that people record at the facts endpoint.

    `belongs` returns whether a fact (of a case, by its id) is part of another record. It is corrected with that
    record, except for the day on which it was learnt, which the record does not have.
    """

    cases: Subjects
    keeping: Keeping
    kinds: Collection[str] = ()
    belongs: Callable[[Session, UUID, UUID], bool] = lambda _session, _case, _fact: False

    def record(self, session: Session, case: UUID, command: RecordFact, now: datetime, *, by: Principal) -> Created:
        """Record that something happened from which legal periods follow. It can be late, vague and in any order.

        Return it as `NotedFact` reads it. Raises `FactRefused`, `NotArrivedYet`.
        """
        fact_rules.check_kind(command.kind, self.kinds)
        fact = Fact(
            id=new_id(),
            case=case,
            kind=command.kind,
            happened=command.happened,
            learnt=command.learnt,
            about=command.about,
            codes=fact_rules.said(command.stored()),
            decided_by=command.decided_by,
        )
        self.cases.lock(session, case)
        self.check_named_start(session, fact)
        noted = self.note(session, fact, now, by=by)
        self.cases.bump(session, case)
        return noted

    # control: H-DEADLINE-4 claim-names-its-start
    def check_named_start(self, session: Session, fact: Fact) -> None:
        """Raise `FactRefused` if a new fact of a locked case has to name the fact that it answers, and does not."""
        answers.check_named_start(stored.standing_for(session, fact, self.keeping.joined(session, fact.case)), fact)

    def note(self, session: Session, fact: Fact, now: datetime, *, by: Principal) -> Created:
        """Store a new fact of any kind in a locked case, and derive the periods of the case again.

        By default it was learnt today. Raises `FactRefused`, `NotArrivedYet`.
        """
        same = stored.alike(session, fact)
        self._store(session, fact, now, by=by)
        return self._after(session, fact, now, None if same is None else same.id)

    def correct(
        self, session: Session, case: UUID, fact: UUID, command: CorrectFact, now: datetime, *, by: Principal
    ) -> Created:
        """Correct or withdraw a fact. The earlier values are kept.

        Return it as `NotedFact` reads it. Raises `NoSuchFact`, `FactWithdrawn`, `FactRefused`, `StepForbidden`.
        """
        self.cases.lock(session, case)
        is_whole = command.withdrawn or command.changes.keys() != {_LEARNT}
        if is_whole and self.belongs(session, case, fact):
            raise StepForbidden(
                "put_right_with_its_record",
                "This fact was recorded with another record of the case. Correct that record.",
            )
        changes = command.changes
        if fact_rules.takes_back(command.reason, changes, withdrawn=command.withdrawn):
            changes = {"withdrawn": True}
        noted = self.revise(session, case, fact, changes, command.reason, now, by=by)
        self.cases.bump(session, case)
        return noted

    def revise(
        self,
        session: Session,
        case: UUID,
        fact: UUID,
        changes: Mapping[str, Any],
        reason: str,
        now: datetime,
        *,
        by: Principal,
    ) -> Created:
        """Store the next revision of a fact, in a locked case, also for a fact that is part of another record.

        `changes`: by the names of a fact's fields, and of its codes. Raises `NoSuchFact`, `FactWithdrawn`,
        `FactRefused`.
        """
        standing = stored.standing_own(session, case, fact)
        own = {name: value for name, value in changes.items() if name not in fact_events.CODES}
        codes = {**standing.codes, **fact_rules.said(changes)}
        revised = replace(standing, revision=standing.revision + 1, reason=reason, codes=codes, **own)
        self._store(session, revised, now, by=by)
        return self._after(session, revised, now, None)

    def follow(
        self,
        session: Session,
        case: UUID,
        fact: UUID,
        changes: Mapping[str, Any],
        reason: str,
        now: datetime,
        *,
        by: Principal,
    ) -> Created:
        """Store the next revision of a fact whose record was corrected, as `revise` does.

        The record has no day of learning. The fact keeps its own, but was not learnt before it happened.
        """
        standing = stored.standing_own(session, case, fact)
        learnt = fact_rules.learnt_by(standing.learnt, str(changes.get("happened", standing.happened)))
        return self.revise(session, case, fact, {**changes, "learnt": learnt}, reason, now, by=by)

    def agree(
        self,
        session: Session,
        case: UUID,
        stated: Iterable[Fact],
        possible: Iterable[UUID],
        now: datetime,
        *,
        by: Principal | None,
    ) -> None:
        """Store the facts that records of a locked case state now, and withdraw those that they no longer state.

        The periods of the case are derived again. `possible`: the ids of all facts that these records can state. An
        unchanged fact gets no revision. `by` is None for records of an older release: they were checked then, and
        nobody said when their facts were learnt. Raises `FactRefused`, `NotArrivedYet`.
        """
        wanted = {fact.id: fact for fact in stated}
        changed: list[Fact] = []
        for fact in wanted.values():
            recorded = stored.own_revisions(session, case, fact.id)
            if not recorded:
                changed.append(fact)
            elif recorded[-1].withdrawn or not replace(fact, learnt=recorded[-1].learnt).says(recorded[-1]):
                changed += _revisions_after(recorded[-1], fact)
        for gone in sorted(set(possible) - wanted.keys()):
            recorded = stored.own_revisions(session, case, gone)
            if recorded and not recorded[-1].withdrawn:
                changed.append(_withdrawn(recorded[-1]))
        for fact in changed:
            self._store(session, fact, now, by=by)
        if changed:
            self.keeping.derive(session, case, now)

    def read(self, session: Session, case: UUID, now: datetime) -> list[Shown]:
        """Return the facts of the case, own and imported, as `fact_schemas.Fact` reads them."""
        without = self.keeping.without_effect(session, case, now)
        return fact_schemas.displayed(stored.every_revision(session, [case]), without)

    def _store(self, session: Session, fact: Fact, now: datetime, *, by: Principal | None) -> None:
        """Check, store and publish a revision. The first one was learnt today by default."""
        if by is not None:
            if fact.revision == 1 and fact.learnt is None:
                law = fact_rules.law_of(self._jurisdiction(session, fact.case))
                fact = replace(fact, learnt=today(now, law.code).isoformat())
            self._check(session, fact, now)
        stored.note(session, fact, now=now, by=None if by is None else UUID(by.subject))
        eventlog.record(session, fact.case, [fact_events.announcement_of(fact)])

    def _check(self, session: Session, fact: Fact, now: datetime) -> None:
        law = fact_rules.law_of(self._jurisdiction(session, fact.case))
        fact_rules.check_said(fact.kind, fact.codes)
        fact_rules.check_law(law, self.keeping.keeper, fact.codes)
        fact_rules.check_times(fact, law.timezone, today(now, law.code))
        cases = self.keeping.joined(session, fact.case)
        if fact.about is not None and not stored.is_known(session, cases, fact.about):
            raise NotArrivedYet(
                "about_a_known_fact",
                "This fact of the case was not found here. If it was recorded a moment ago, try again in a moment.",
            )

    def _after(self, session: Session, fact: Fact, now: datetime, alike: UUID | None) -> Created:
        self.keeping.derive(session, fact.case, now)
        without = self.keeping.without_effect(session, fact.case, now)
        stands = {name: getattr(fact, name) for name in ("id", "revision", "withdrawn")}
        return Created(fact.id, alike, {**stands, "without_effect": without.get(fact.id)})

    def _jurisdiction(self, session: Session, case: UUID) -> str | None:
        jurisdiction: str | None = session.get_one(self.cases.record, case).jurisdiction
        return jurisdiction


# control: H-DEADLINE-7 kind-changes-for-its-audience
def _revisions_after(last: Fact, stated: Fact) -> list[Fact]:
    """Return the next revisions of a stated fact.

    Each kind has its own audience. If the kind changes, the fact is therefore withdrawn under its earlier kind first.
    """
    withdrawn = [] if last.withdrawn or last.kind == stated.kind else [_withdrawn(last)]
    learnt, revision = fact_rules.learnt_by(last.learnt, stated.happened), last.revision + len(withdrawn) + 1
    return [*withdrawn, replace(stated, revision=revision, learnt=learnt, reason=_FOLLOWS)]


def _withdrawn(last: Fact) -> Fact:
    return replace(last, revision=last.revision + 1, withdrawn=True, reason="not_so")
