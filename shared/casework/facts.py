"""Facts of a case that people record and correct, in the same way in every service that keeps legal periods.

A service names the kinds that its facts endpoint accepts, and how it keeps its periods. Each change of a fact is
published, and the service derives the periods of the case again.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
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


@dataclass(frozen=True)
class CaseFacts:
    """The facts of a service's cases. `kinds`: those that people record at the facts endpoint.

    `belongs` returns whether a fact (of a case, by its id) is part of another record. It is corrected with that
    record.
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

        By default it was learnt today; a later revision has no default. Raises `FactRefused`, `NotArrivedYet`.
        """
        law = fact_rules.law_of(self._jurisdiction(session, fact.case))
        if fact.revision == 1:
            fact = replace(fact, learnt=fact.learnt or today(now, law.code).isoformat())
        self._check(session, fact, now)
        same = stored.alike(session, fact)
        stored.note(session, fact, now=now, by=UUID(by.subject))
        return self._after(session, fact, now, None if same is None else same.id)

    def correct(
        self, session: Session, case: UUID, fact: UUID, command: CorrectFact, now: datetime, *, by: Principal
    ) -> Created:
        """Correct or withdraw a fact. The earlier values are kept.

        Return it as `NotedFact` reads it. Raises `NoSuchFact`, `FactWithdrawn`, `FactRefused`, `StepForbidden`.
        """
        self.cases.lock(session, case)
        if self.belongs(session, case, fact):
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
        self._check(session, replace(standing, codes=codes, **own), now)
        revised = stored.correct(session, case, fact, reason=reason, now=now, by=UUID(by.subject), codes=codes, **own)
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

    def read(self, session: Session, case: UUID, now: datetime) -> list[Shown]:
        """Return the facts of the case, own and imported, as `fact_schemas.Fact` reads them."""
        without = self.keeping.without_effect(session, case, now)
        return fact_schemas.displayed(stored.every_revision(session, [case]), without)

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
        eventlog.record(session, fact.case, [fact_events.announcement_of(fact)])
        self.keeping.derive(session, fact.case, now)
        without = self.keeping.without_effect(session, fact.case, now)
        stands = {name: getattr(fact, name) for name in ("id", "revision", "withdrawn")}
        return Created(fact.id, alike, {**stands, "without_effect": without.get(fact.id)})

    def _jurisdiction(self, session: Session, case: UUID) -> str | None:
        jurisdiction: str | None = session.get_one(self.cases.record, case).jurisdiction
        return jurisdiction
