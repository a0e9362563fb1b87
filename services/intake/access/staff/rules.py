"""Rules for the staff register: registration, confirmation, visible names, and the handover of a leaver's cases. Pure.

Registering a member of staff, adding a sign-in and beginning a supervision give access to cases. In production these
are proposals, which the data protection officer confirms. A change that only ends access takes effect at once.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.intake.facts.case.rules import OFFICER, TEAM_ROLES, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import codes

OPERATOR, SUPERVISOR = "operator", "supervisor"
_REGISTERING: Final = {OPERATOR: Need.ANY, SUPERVISOR: Need.ANY, OFFICER: Need.ANY}
ACCESS: Final[Access] = {
    "staff.self": dict.fromkeys(codes("staff_role"), Need.ANY),
    "staff.read": dict.fromkeys((*TEAM_ROLES, SUPERVISOR, OFFICER, OPERATOR), Need.ANY),
    "staff.register": _REGISTERING,
    "staff.change": _REGISTERING,
    "staff.leave": _REGISTERING,
    "staff.first": {OPERATOR: Need.ANY},
    "staff.proposals": _REGISTERING,
    # The data protection officer confirms what gives access to cases. Another operator confirms a second officer.
    "staff.confirm": {OFFICER: Need.ANY, OPERATOR: Need.ANY},
}

#: role -> the roles that it may give. The operator of an installation can't register the officer who controls it.
GIVES: Final[Mapping[str, frozenset[str]]] = {
    OPERATOR: frozenset(codes("staff_role")) - {OFFICER},
    OFFICER: frozenset((OFFICER,)),
    SUPERVISOR: frozenset(TEAM_ROLES),
}
#: The roles whose first member is registered at the machine.
FIRST: Final = (OFFICER, OPERATOR)
#: The roles that see every name, because they are responsible for the register.
SEES_ALL: Final = frozenset((OPERATOR, OFFICER))
#: Names are deleted this long after a member left. Until then files and audits still show them.
NAMES_KEPT: Final = timedelta(days=3653)
#: The most cases that a refusal names.
MOST_NAMED: Final = 20


def check_gives(roles: Collection[str], agency: UUID, *, by_roles: Collection[str], by_agency: UUID | None) -> None:
    """Raise `StepForbidden` or `FactRefused` unless the caller may register these roles at this agency."""
    anywhere = frozenset[str]().union(*(GIVES[role] for role in by_roles if role in GIVES and role != SUPERVISOR))
    missing = set(roles) - anywhere
    if not missing:
        return
    if SUPERVISOR not in by_roles or missing - GIVES[SUPERVISOR]:
        raise FactRefused(
            "roles",
            "role_is_theirs_to_give",
            f"Your role can't register a staff member as {', '.join(sorted(missing))}. Ask "
            f"{'a data protection officer' if OFFICER in missing else 'an operator'}.",
        )
    if by_agency != agency:
        raise StepForbidden(
            "own_agency", "A supervisor can register and change only staff of their own agency. Ask an operator."
        )


def check_known_agency(*, is_known: bool) -> None:
    """Raise `FactRefused` for an agency that is not in the register of agencies."""
    if not is_known:
        raise FactRefused("agency", "agency_is_registered", "No agency is registered under this id. Register it first.")


def check_new(*, is_registered: bool) -> None:
    """Raise `StepForbidden` for an id that is registered already."""
    if is_registered:
        raise StepForbidden(
            "registered_once",
            "A staff member is already registered under this id. Change that entry, or use another id.",
        )


def check_names(*, by_roles: Collection[str], supervises: bool) -> None:
    """Raise `StepForbidden` unless the caller may assign an existing id: its teams and supervisions come with it."""
    if not SEES_ALL & set(by_roles) and not supervises:
        raise StepForbidden(
            "names_own_people", "A supervisor can name only staff whom they supervise. Ask an operator."
        )


def check_stays(*, is_another: bool, has_cases: bool) -> None:
    """Raise `StepForbidden` if a member with cases changes agency: their records belong to the current agency."""
    if is_another and has_cases:
        raise StepForbidden(
            "agency_stays",
            "This staff member still has cases of their current agency. Record that they leave, and register them "
            "again at the new agency.",
        )


def check_sign_in(*, is_taken: bool) -> None:
    """Raise `FactRefused` for a sign-in of another member."""
    if is_taken:
        raise FactRefused(
            "sign_ins",
            "sign_in_is_theirs_alone",
            "One of these sign-ins belongs to another staff member. Use each sign-in for one person only.",
        )


def check_first(role: str, *, at_machine: bool, is_first: bool) -> None:
    """Raise `FactRefused` or `StepForbidden` unless this may be the first of a role: at the machine, and only once."""
    if role not in FIRST:
        raise FactRefused(
            "role",
            "first_of_two_roles",
            f"Only these roles have a first member: {' and '.join(FIRST)}. Register other staff in the usual way.",
        )
    if not at_machine:
        raise StepForbidden(
            "at_the_machine",
            "The first member of a role can be registered only on the server. Run ./casepath staff first there.",
        )
    if not is_first:
        raise StepForbidden(
            "first_once", f"There is already a first {role}. Ask a person with this role to register the next one."
        )


def check_works(*, has_left: bool) -> None:
    """Raise `StepForbidden` for a member who has left: their entry cannot change further."""
    if has_left:
        raise StepForbidden("left_once", "This staff member has already left. If they return, register them again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heir:
    """A registered member who may take over a leaver's cases; `works`: they work here, and are not leaving."""

    roles: Collection[str]
    takes_cases: bool
    works: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A role on a case's team."""

    role: str
    lead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A leaver's case: their part, the named heir, the heir's current part, and whether another member leads it."""

    case: UUID
    part: Part
    heir: UUID
    heirs_part: Part | None
    is_led_by_another: bool
    is_excluded: bool


@dataclass(frozen=True, slots=True)
class Handed:
    """The handover of a case: the heir and their part; `changes` is false if the heir already had that part."""

    case: UUID
    heir: UUID
    part: Part
    changes: bool


def handed(held: Held) -> Handed:
    """Return the handover of a case. Afterwards the case has a lead, even if it had none before."""
    before = held.heirs_part
    lead = held.part.lead or not held.is_led_by_another or (before is not None and before.lead)
    part = Part(held.part.role if before is None else before.role, lead)
    return Handed(held.case, held.heir, part, changes=part != before)


def check_successor(successor: Heir | None) -> None:
    """Raise `FactRefused` unless the successor is registered, works here, and is not leaving."""
    if successor is None:
        raise FactRefused(
            "successor", "staff_is_registered", "No staff member is registered under this id. Check the id."
        )
    if not successor.works:
        raise FactRefused("successor", "staff_works", "This staff member has left. Name a staff member who works here.")


def check_heirs(cases: Iterable[Held], heirs: Mapping[UUID, Heir]) -> None:
    """Raise `FactRefused` unless each case can go to its named heir; the refusal names the cases."""
    refused: dict[str, list[UUID]] = {}
    for held in cases:
        why = _against(held, heirs.get(held.heir))
        if why is not None:
            refused.setdefault(why, []).append(held.case)
    if not refused:
        return
    said = [
        f"{why} ({len(named)}): {', '.join(map(str, named[:MOST_NAMED]))}." for why, named in sorted(refused.items())
    ]
    raise FactRefused(
        "successor",
        "successor_can_have_it",
        f"This staff member can't take these cases. {' '.join(said)} Name another staff member.",
    )


def _against(held: Held, heir: Heir | None) -> str | None:
    if heir is None:
        return "the named id is not registered"
    if not heir.works:
        return "the named staff member has left"
    if held.is_excluded:
        return "the person does not want who is named for them"
    if held.heirs_part is not None:
        return None
    if not heir.takes_cases:
        return "the named staff member takes no cases"
    return None if held.part.role in heir.roles else f"who is named for them is no {held.part.role}"


#: The kinds of proposals: a new member of staff; more access for a member; a supervision; and another officer, by a
#: one-time code, although there is one.
REGISTRATION, CHANGE, SUPERVISION, ANOTHER_OFFICER = "registration", "change", "supervision", "officer"
KINDS: Final = (REGISTRATION, CHANGE, SUPERVISION, ANOTHER_OFFICER)
#: Access that existed at the upgrade to the release with proposals counts as confirmed. It is listed for review.
WAITING, CONFIRMED, REFUSED, LAPSED, TAKEN_OVER = "waiting", "confirmed", "refused", "lapsed", "taken_over"
STATES: Final = (WAITING, CONFIRMED, REFUSED, LAPSED, TAKEN_OVER)
#: kind -> the role that confirms it. Operators do not decide who reads cases, except to replace a lost officer.
CONFIRMED_BY: Final[Mapping[str, str]] = {
    **dict.fromkeys((REGISTRATION, CHANGE, SUPERVISION), OFFICER),
    ANOTHER_OFFICER: OPERATOR,
}
#: By the domain's clock. Casepath's own period, the same as for other proposals that wait for a second person.
LAPSES_AFTER: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Split:
    """The two parts of a change: the immediate one, and the one that waits for a second person."""

    at_once: Mapping[str, Any]
    waits: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The current values of a member of staff that decide whether a change gives access."""

    agency: UUID
    until: date | None
    roles: Collection[str]
    sign_ins: Collection[Any]


def split(before: Standing, stated: Mapping[str, Any]) -> Split:
    """Return the parts of a change. Another agency, more roles, a later last day and more sign-ins give access.

    `stated` contains the fields that change. An item that a list omits is removed at once.
    """
    at_once, waits = dict(stated), dict[str, Any]()
    if "agency" in stated and stated["agency"] != before.agency:
        waits["agency"] = at_once.pop("agency")
    if "until" in stated and _is_later(stated["until"], before.until):
        waits["until"] = at_once.pop("until")
    for name, standing in (("roles", before.roles), ("sign_ins", before.sign_ins)):
        if name in stated and (more := [item for item in stated[name] if item not in standing]):
            waits[name] = more
            at_once[name] = [item for item in stated[name] if item in standing]
    return Split(at_once=at_once, waits=waits)


def _is_later(until: date | None, than: date | None) -> bool:
    return than is not None and (until is None or until > than)


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """The values of a proposal that decide who may answer it."""

    kind: str
    state: str
    lapses_at: datetime | None
    concerns: Collection[UUID]


def check_answer(
    proposed: Proposed, now: datetime, *, by: UUID, by_roles: Collection[str], by_key: bool, confirms: bool
) -> None:
    """Raise `StepForbidden` unless the caller may give this answer: a second person of the role, while it waits.

    The proposer, and a person who would gain access by it, may take it back but not confirm it. `by_key`: the caller
    uses the operators' key.
    """
    if proposed.state != WAITING or (proposed.lapses_at is not None and proposed.lapses_at <= now):
        raise StepForbidden(
            "answered_once", "This proposal was already answered, or has lapsed. Propose it again if needed."
        )
    if not confirms:
        return
    role = CONFIRMED_BY[proposed.kind]
    if role not in by_roles:
        asked = "another operator" if role == OPERATOR else "a data protection officer"
        raise StepForbidden("confirmed_by_role", f"Your role can't confirm this. Ask {asked}.")
    if by_key:
        raise StepForbidden(
            "key_confirms_nothing",
            "The operators' key can't confirm a proposal, because it is not a person. Sign in as yourself.",
        )
    if by in proposed.concerns:
        raise StepForbidden(
            "second_person",
            "The person who proposed this, and the person who benefits, can't confirm it in any role. Ask another "
            "person to confirm it.",
        )


# control: H-OPERATION-3 officer-can-sign-in
# control: H-OPERATOR-2 first-officer-once
def check_first_in_production(role: str, *, signs_in: bool, has_code: bool) -> None:
    """Raise `FactRefused` or `StepForbidden` unless the first of a role may be registered; an officer needs a code."""
    if role not in FIRST:
        raise FactRefused(
            "role",
            "first_of_two_roles",
            f"Only these roles have a first member: {' and '.join(FIRST)}. Register other staff in the usual way.",
        )
    if role != OFFICER:
        return
    if not signs_in:
        raise FactRefused(
            "sign_ins",
            "officer_signs_in",
            "An officer needs a sign-in, because they confirm proposals. Name their sign-in.",
        )
    if not has_code:
        raise StepForbidden(
            "one_time_code",
            "This step needs a one-time code that was not used before. Run ./casepath staff code on the server.",
        )
