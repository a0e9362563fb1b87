"""The additions to a reply that shows a case: the actions that its reader can do now, and the ETag of each part.

The request pipeline writes both. What is allowed is decided by the same function that refuses a request
(`admitting.refused`), and by the topic's rule that would refuse it for the current state of the case.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final
from uuid import UUID

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from shared.access.case_restrictions import CaseRestricted
from shared.access.declarations import AnyField, declare, nullable
from shared.access.permissions import MOST_KEPT, FieldClass, Table
from shared.access.subjects import Admission
from shared.access.tokens import Principal
from shared.access.views import Shown, View, parts, written_by_edge
from shared.events.contract import Code, Flag
from shared.http import part_versions
from shared.http.admitting import Cases, Obstacle, refused
from shared.http.route import Doors, Withheld
from shared.reference.words import ENGLISH, in_language

ACTIONS: Final = "actions"
ETAGS: Final = "etags"
_ROLE, _RELATION, _RESTRICTED, _STATE = "role", "relation", "restricted", "state"
#: Why a part of a case is not shown.
REASONS: Final = (_ROLE, _RELATION, _RESTRICTED)
_LONGEST = 300


class AllowedAction(View):
    """An action on this case, and whether its reader can do it now."""

    action = declare(Code(), FieldClass.BASIC, "The action, as `x-action` names it.", example="case.close")
    allowed = declare(Flag(), FieldClass.BASIC, "Whether this reader may do it now.")
    reason = declare(
        nullable(Code((_ROLE, _RELATION, _RESTRICTED, _STATE))),
        FieldClass.BASIC,
        "Why not: no role of theirs has it, their part in the case is another, the case is restricted, or its state.",
    )
    rule = declare(nullable(Code()), FieldClass.BASIC, "The rule that stands against it, where it is the state.")
    message = declare(nullable(fields.String()), FieldClass.BASIC, "What to do instead, where it is the state.")


class PartVersion(View):
    """A part of the case that has its own version, and its ETag."""

    part = declare(fields.String(), FieldClass.BASIC, "The part, as the address has it.", example="person")
    etag = declare(
        fields.String(),
        FieldClass.BASIC,
        "For If-Match, in quotes; what others change elsewhere leaves it.",
        example="person-2-7",
    )


def actions() -> AnyField:
    """Return the field of a reply that lists what its reader can do."""
    return written_by_edge(parts(AllowedAction))


def etags() -> AnyField:
    """Return the field of a reply that lists the ETags of the parts."""
    return written_by_edge(parts(PartVersion))


@cache
def has(view: type[Schema] | None, name: str) -> bool:
    """Return whether a view has one of these fields."""
    return view is not None and name in view().fields


class Acts:
    """The actions that are allowed on a case here: by caller, and by state of the case."""

    def __init__(self, table: Table, cases: Cases) -> None:
        """Store the access table, and the rules about the state of a case."""
        self._table, self._cases = table, cases
        self._judged: dict[tuple[object, ...], list[tuple[str, Shown | None]]] = {}

    def allowed(
        self, doors: Doors, principal: Principal, admission: Admission, case: Shown, language: str = ENGLISH
    ) -> list[Shown]:
        """Return every action on a case and whether it is allowed now; `case` is the input of the reply.

        If an action is refused, the entry states in the reader's language what to do instead.
        """
        return [
            _of_state(action, self._cases.obstacles[action], case, language) if entry is None else entry
            for action, entry in self._of_standing(doors, principal, admission)
        ]

    def withheld(self, action: str, principal: Principal, admission: Admission) -> Withheld | None:
        """Return why a caller can't read a part of a case, by that part's action; None if they can."""
        refusal = refused(self._table, self._cases, action, principal, admission, reads=True)
        return None if refusal is None else Withheld(self._why(refusal, action, principal), refusal.status)

    def _why(self, refusal: Exception, action: str, principal: Principal) -> str:
        return _reason(refusal, has_role=self._has_role(action, principal))

    def _has_role(self, action: str, principal: Principal) -> bool:
        return bool(self._table.get(action, {}).keys() & principal.roles)

    def _of_standing(self, doors: Doors, principal: Principal, admission: Admission) -> list[tuple[str, Shown | None]]:
        """Return the actions, each with its entry; None if the state of the case decides.

        The result depends on few values, and is cached by them.
        """
        by = (doors, principal.roles, admission.relation, admission.is_restricted, admission.is_held)
        judged = self._judged.get(by)
        if judged is None:
            if len(self._judged) >= MOST_KEPT:
                self._judged.clear()
            judged = [
                (action, self._judge(action, principal, admission, reads=reads)) for action, reads in doors.acts.items()
            ]
            self._judged[by] = judged
        return judged

    def _judge(self, action: str, principal: Principal, admission: Admission, *, reads: bool) -> Shown | None:
        refusal = refused(self._table, self._cases, action, principal, admission, reads=reads)
        if refusal is None and action in self._cases.obstacles:
            return None
        return _entry(action, refusal, has_role=self._has_role(action, principal))


def _of_state(action: str, check: Obstacle, case: Shown, language: str) -> Shown:
    return _entry(action, _obstacle(check, case), has_role=True, language=language)


def _entry(action: str, obstacle: Exception | None, *, has_role: bool, language: str = ENGLISH) -> Shown:
    if obstacle is None:
        return {"action": action, "allowed": True, "reason": None, "rule": None, "message": None}
    rule, reason = getattr(obstacle, "rule", None), _reason(obstacle, has_role=has_role)
    message = in_language(str(obstacle), language)[:_LONGEST] if reason == _STATE else None
    return {"action": action, "allowed": False, "reason": reason, "rule": rule, "message": message}


def _reason(obstacle: Exception, *, has_role: bool) -> str:
    if getattr(obstacle, "rule", None) is not None:
        return _STATE
    if isinstance(obstacle, CaseRestricted):
        return _RESTRICTED
    return _RELATION if has_role else _ROLE


def _obstacle(check: Obstacle, case: Shown) -> Exception | None:
    try:
        check(case)
    except Exception as error:
        if getattr(error, "rule", None) is None:
            raise
        return error
    return None


def part_etags(session: Session, case: UUID, doors: Doors, version: int, body: Shown) -> list[dict[str, str]]:
    """Return the ETag of each part of a case of this version, of which the reply shows `body`."""
    versions = part_versions.read(session, case, version)
    return [{"part": part, "etag": versions.etag(part)} for part in _named_parts(doors, body)]


def _named_parts(doors: Doors, case: Shown) -> Iterator[str]:
    """Return the names of a case's parts: `person`, and `referrals/<id>` for each referral that the reply shows."""
    for part in doors.parts:
        collection, _, of_record = part.partition("/")
        if not of_record:
            yield part
        else:
            yield from (f"{collection}/{record['id']}" for record in case.get(collection, ()))
