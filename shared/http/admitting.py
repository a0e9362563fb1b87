"""Whether a request about a case is admitted: one decision refuses it, and says beforehand what is allowed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NoReturn, TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access import case_restrictions, permissions, sight
from shared.access.permissions import NOTHING, FieldVisibility, Forbidden, NotFound, Relation, Sight, Table
from shared.access.subjects import Admission
from shared.access.tokens import Principal
from shared.access.views import Shown

#: A rule of a topic about the state of a case as a reply shows it; raises the refusal that a request would get.
Obstacle: TypeAlias = Callable[[Shown], None]
#: The data categories that an agency may have of the person of a case at a moment, by consents and named grounds.
Granted: TypeAlias = Callable[[Session, UUID, UUID, datetime], frozenset[str]]

#: Returns the domain's now.
Now: TypeAlias = Callable[[Session], datetime]


def _nothing(_session: Session, _case: UUID, _agency: UUID, _now: datetime) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True)
class Cases:
    """What the edge asks a service about a case."""

    admission: Callable[[Session, UUID, Principal], Admission]
    lock: Callable[[Session, UUID], int]
    visibility: FieldVisibility = field(default_factory=lambda: FieldVisibility({}))
    #: Actions that go on while a case is restricted.
    rights: frozenset[str] = frozenset()
    #: Actions that go on, by those whom a legal hold needs, while a case is kept for it alone.
    under_hold: frozenset[str] = frozenset()
    #: Whether cases are opened elsewhere, and arrive here by events.
    arrive: bool = False
    #: action -> the rule of its topic that refuses it for the state of a case, as a reply shows that (`shown_case`)
    obstacles: Mapping[str, Obstacle] = field(default_factory=dict)
    #: What another agency than the one that leads a case may have of its person.
    granted: Granted = _nothing

    def sight(
        self,
        session: Session,
        case: UUID,
        principal: Principal,
        admission: Admission,
        now: Now,
    ) -> Sight:
        """Return what a principal sees of a case; what their agency may have is looked up where another one leads."""
        classes = self.visibility.seen(principal, admission.relation or Relation.NONE)
        if admission.outside is None:
            return Sight(classes)
        agency = admission.outside
        granted = self.granted(session, case, agency, now(session))
        return Sight(classes, granted, agency, sight.colleagues(session, agency))


@dataclass(frozen=True)
class Admitted:
    """Whose request was admitted, by which relation to the case, and what they see of it."""

    principal: Principal
    admission: Admission
    sight: Sight = NOTHING

    @property
    def relation(self) -> Relation:
        """Return their relation to the case."""
        return self.admission.relation or Relation.NONE


def _no_case(*_asked: object) -> NoReturn:
    raise NotFound


#: Of a service that keeps no case: whichever it is asked about, it has none.
NO_CASES: Final = Cases(_no_case, _no_case)


def refused(
    table: Table, cases: Cases, action: str, principal: Principal, admission: Admission, *, reads: bool
) -> NotFound | Forbidden | None:
    """Return why an action on a case is refused, None if it is admitted; `reads`: it only reads."""
    relation = admission.relation
    if relation is None:
        return NotFound()
    if not permissions.permits(table, action, principal, relation):
        return permissions.refusal(table, action, principal, relation)
    if not admission.is_restricted or _goes_on(cases, action, principal, admission, reads=reads):
        return None
    if relation is Relation.NONE and case_restrictions.DECIDES not in principal.roles:
        return NotFound()  # that it is restricted would tell a stranger that it is there
    return case_restrictions.CaseRestricted(action)


def _goes_on(cases: Cases, action: str, principal: Principal, admission: Admission, *, reads: bool) -> bool:
    """Return whether an action goes on though the case is restricted."""
    may_read = reads and bool(case_restrictions.READERS & principal.roles)
    serves = admission.is_held and bool(case_restrictions.SERVING_A_HOLD & principal.roles)
    return may_read or action in cases.rights or (serves and action in cases.under_hold)
