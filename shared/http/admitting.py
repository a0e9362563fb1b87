"""Admit a request by the access table and the caller's relation to the case.

The same function (`refused`) refuses a request and states in a reply what is allowed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NoReturn, TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access import case_restrictions, permissions, revocations, sight
from shared.access.permissions import FieldVisibility, Forbidden, NotFound, Relation, Sight, Table
from shared.access.subjects import Admission
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.deadlines.time_source import TimeSource
from shared.http.chain import Admitted, Answer, Proceed, RequestContext
from shared.http.route import Route

#: A topic's rule about the state of a case as a reply shows it. It raises the refusal that a request would get.
Obstacle: TypeAlias = Callable[[Shown], None]
#: The data categories that an agency can see of a case's person at a moment, by consents and named legal grounds.
Granted: TypeAlias = Callable[[Session, UUID, UUID, datetime], frozenset[str]]

#: Returns the domain's current time.
Now: TypeAlias = Callable[[Session], datetime]


def _nothing(_session: Session, _case: UUID, _agency: UUID, _now: datetime) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True)
class Cases:
    """The questions that the request pipeline asks a service about a case."""

    admission: Callable[[Session, UUID, Principal], Admission]
    lock: Callable[[Session, UUID], int]
    visibility: FieldVisibility = field(default_factory=lambda: FieldVisibility({}))
    #: Actions that stay allowed while a case is restricted.
    rights: frozenset[str] = frozenset()
    #: Actions that stay allowed, to the roles that serve a legal hold, while a case is kept only for that hold.
    under_hold: frozenset[str] = frozenset()
    #: Whether another service opens cases, which arrive here by events.
    arrive: bool = False
    #: action -> the rule of its topic that refuses it for the state of a case, as a reply shows it (`shown_case`)
    obstacles: Mapping[str, Obstacle] = field(default_factory=dict)
    #: Returns what an agency that does not lead a case can see of its person.
    granted: Granted = _nothing

    def sight(
        self,
        session: Session,
        case: UUID,
        principal: Principal,
        admission: Admission,
        now: Now,
    ) -> Sight:
        """Return what a principal sees of a case.

        If another agency leads it, look up what the principal's agency can see.
        """
        classes = self.visibility.seen(principal, admission.relation or Relation.NONE)
        if admission.outside is None:
            return Sight(classes)
        agency = admission.outside
        granted = self.granted(session, case, agency, now(session))
        return Sight(classes, granted, agency, sight.colleagues(session, agency))


def _no_case(*_asked: object) -> NoReturn:
    raise NotFound


#: The cases of a service that stores none: every case is unknown.
NO_CASES: Final = Cases(_no_case, _no_case)


def refused(
    table: Table, cases: Cases, action: str, principal: Principal, admission: Admission, *, reads: bool
) -> NotFound | Forbidden | None:
    """Return why an action on a case is refused; None if it is admitted. `reads`: the action only reads."""
    relation = admission.relation
    if relation is None:
        return NotFound()
    if not permissions.permits(table, action, principal, relation):
        return permissions.refusal(table, action, principal, relation)
    if not admission.is_restricted or _goes_on(cases, action, principal, admission, reads=reads):
        return None
    if relation is Relation.NONE and case_restrictions.DECIDES not in principal.roles:
        return NotFound()  # "restricted" would reveal to a stranger that the case exists
    return case_restrictions.CaseRestricted(action)


def _goes_on(cases: Cases, action: str, principal: Principal, admission: Admission, *, reads: bool) -> bool:
    """Return whether an action stays allowed although the case is restricted."""
    may_read = reads and bool(case_restrictions.READERS & principal.roles)
    serves = admission.is_held and bool(case_restrictions.SERVING_A_HOLD & principal.roles)
    return may_read or action in cases.rights or (serves and action in cases.under_hold)


class Access:
    """Admits callers to the actions of one service."""

    def __init__(self, table: Table, cases: Cases, time_source: TimeSource) -> None:
        """Store the access table, and where cases are looked up."""
        self._table, self._cases, self._time_source = table, cases, time_source

    def admitted(self, context: RequestContext, proceed: Proceed[Answer]) -> Answer:
        """Admit the caller to the action. Raises `NotFound`, `Forbidden`, `TokenRefused`.

        It also determines what the caller sees of the case, by their agency if another agency leads the case.
        """
        session, principal, case = context.session, context.principal, context.case
        admission = self.admit(session, context.route, principal, case)
        if case is None:
            context.admitted = Admitted(principal, admission)
        else:
            seen = self._cases.sight(session, case, principal, admission, self._time_source.now)
            context.admitted = Admitted(principal, admission, seen)
        context.relation = admission.relation or Relation.NONE
        return proceed(context)

    def admit(self, session: Session, route: Route, principal: Principal, case: UUID | None) -> Admission:
        """Return how a caller is admitted. Raises `NotFound`, `Forbidden`, `TokenRefused`."""
        action = str(route.action)
        if case is None:
            revocations.check(session, principal)
            if not permissions.permits(self._table, action, principal, Relation.NONE):
                raise permissions.forbidden(self._table, action, principal)
            return Admission(Relation.NONE, has_team=False, is_restricted=False, revoked_before=None)
        admission = self._cases.admission(session, case, principal)
        revocations.check_issued(principal, admission.revoked_before, is_ended=admission.is_ended)
        refusal = refused(self._table, self._cases, action, principal, admission, reads=route.method == "GET")
        if refusal is not None:
            raise refusal
        return admission


def own_agency(context: RequestContext, proceed: Proceed[Answer]) -> Answer:
    """Refuse the address of another agency to an agency's key. Raises `NotFound`."""
    permissions.check_own(context.principal, context.path.get("agency"))
    return proceed(context)


def hidden(context: RequestContext, error: Exception) -> Exception:
    """Return what to raise for an invalid request: the error, or `NotFound` for a caller unrelated to the case.

    The error itself would reveal to such a caller that the case exists.
    """
    return NotFound() if context.route.about_case and context.relation is Relation.NONE else error
