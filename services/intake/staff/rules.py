"""Who registers whom, who is shown names, and how the cases of somebody who leaves are handed over."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from services.intake.case.rules import OFFICER, TEAM_ROLES, Access
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
}

#: role -> the roles in which somebody of it registers others. Whoever runs the installation makes nobody its judge.
GIVES: Final[Mapping[str, frozenset[str]]] = {
    OPERATOR: frozenset(codes("staff_role")) - {OFFICER},
    OFFICER: frozenset((OFFICER,)),
    SUPERVISOR: frozenset(TEAM_ROLES),
}
#: Roles whose first member is made at the machine.
FIRST: Final = (OFFICER, OPERATOR)
#: Who is shown every name: they answer for the register.
SEES_ALL: Final = frozenset((OPERATOR, OFFICER))
#: So long after somebody left, files and audits still name them; then nobody knows any more who they were.
NAMES_KEPT: Final = timedelta(days=3653)
#: Cases that a refusal names, at most.
MOST_NAMED: Final = 20


def check_gives(roles: Collection[str], agency: UUID, *, by_roles: Collection[str], by_agency: UUID | None) -> None:
    """Raise `StepForbidden` or `FactRefused` unless somebody may register another in these roles, at this agency."""
    anywhere = frozenset[str]().union(*(GIVES[role] for role in by_roles if role in GIVES and role != SUPERVISOR))
    missing = set(roles) - anywhere
    if not missing:
        return
    if SUPERVISOR not in by_roles or missing - GIVES[SUPERVISOR]:
        raise FactRefused(
            "roles",
            "role_is_theirs_to_give",
            f"Your role registers nobody as {', '.join(sorted(missing))}. Ask "
            f"{'a data protection officer' if OFFICER in missing else 'an operator'}.",
        )
    if by_agency != agency:
        raise StepForbidden(
            "own_agency", "A supervisor registers and changes people of their own agency alone. Ask an operator."
        )


def check_known_agency(*, is_known: bool) -> None:
    """Raise `FactRefused` for an agency that the register of agencies does not have."""
    if not is_known:
        raise FactRefused("agency", "agency_is_registered", "No agency is registered under this id. Register it first.")


def check_new(*, is_registered: bool) -> None:
    """Raise `StepForbidden` for an id that is registered already."""
    if is_registered:
        raise StepForbidden("registered_once", "Somebody is registered under this id. Change what is said of them.")


def check_names(*, by_roles: Collection[str], supervises: bool) -> None:
    """Raise `StepForbidden` unless somebody may say whose an id is: what stands under it is theirs from then on."""
    if not SEES_ALL & set(by_roles) and not supervises:
        raise StepForbidden(
            "names_own_people", "A supervisor names the ids of people whom they supervise alone. Ask an operator."
        )


def check_stays(*, is_another: bool, has_cases: bool) -> None:
    """Raise `StepForbidden` for another agency of somebody with cases: what they recorded is their agency's."""
    if is_another and has_cases:
        raise StepForbidden(
            "agency_stays",
            "They have cases for the agency that they work for. Let them leave, and register them anew where they go.",
        )


def check_sign_in(*, is_taken: bool) -> None:
    """Raise `FactRefused` for a sign-in that is another's."""
    if is_taken:
        raise FactRefused(
            "sign_ins", "sign_in_is_theirs_alone", "One of these sign-ins is another member's. Each is one person's."
        )


def check_first(role: str, *, at_machine: bool, is_first: bool) -> None:
    """Raise `FactRefused` or `StepForbidden` unless somebody may be made the first of a role: at the machine, once."""
    if role not in FIRST:
        raise FactRefused("role", "first_of_two_roles", f"Only {' and '.join(FIRST)} have a first. Register them.")
    if not at_machine:
        raise StepForbidden("at_the_machine", "The first of a role is made at the machine: ./casepath staff first.")
    if not is_first:
        raise StepForbidden(
            "first_once", f"There has been a first {role} already. Ask them, or another, to register the next."
        )


def check_works(*, has_left: bool) -> None:
    """Raise `StepForbidden` for somebody who left: what is said of them stays."""
    if has_left:
        raise StepForbidden("left_once", "They left already; who comes back is registered anew.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heir:
    """Somebody registered who may have cases of somebody who leaves; `works`: they work here, and do not leave."""

    roles: Collection[str]
    takes_cases: bool
    works: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part in a case's team."""

    role: str
    lead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A case of somebody who leaves: their part, who is to have it, whose part is what until now, and other leads."""

    case: UUID
    part: Part
    heir: UUID
    heirs_part: Part | None
    is_led_by_another: bool
    is_excluded: bool


@dataclass(frozen=True, slots=True)
class Handed:
    """A case as it is handed over: who has it now, and their part; `changes` nothing for who had that part before."""

    case: UUID
    heir: UUID
    part: Part
    changes: bool


def handed(held: Held) -> Handed:
    """Return a case as it is handed over; it has a lead afterwards, whatever it had before."""
    before = held.heirs_part
    lead = held.part.lead or not held.is_led_by_another or (before is not None and before.lead)
    part = Part(held.part.role if before is None else before.role, lead)
    return Handed(held.case, held.heir, part, changes=part != before)


def check_successor(successor: Heir | None) -> None:
    """Raise `FactRefused` unless somebody registered, who works here and does not leave, is named as the successor."""
    if successor is None:
        raise FactRefused("successor", "staff_is_registered", "Nobody is registered under this id. Check it.")
    if not successor.works:
        raise FactRefused("successor", "staff_works", "They do not work here any more. Name somebody who does.")


def check_heirs(cases: Iterable[Held], heirs: Mapping[UUID, Heir]) -> None:
    """Raise `FactRefused` unless each case can be had by whoever is named for it; the refusal names the cases."""
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
    raise FactRefused("successor", "successor_can_have_it", f"Name somebody else for these cases. {' '.join(said)}")


def _against(held: Held, heir: Heir | None) -> str | None:
    if heir is None:
        return "nobody is registered under the id named for them"
    if not heir.works:
        return "who is named for them does not work here"
    if held.is_excluded:
        return "the person does not want who is named for them"
    if held.heirs_part is not None:
        return None
    if not heir.takes_cases:
        return "who is named for them takes no cases"
    return None if held.part.role in heir.roles else f"who is named for them is no {held.part.role}"
