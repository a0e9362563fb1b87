"""Who registers whom, who confirms it, who is shown names, and how the cases of somebody who leaves are handed over.

Whoever registers a member of staff, adds a sign-in or begins a supervision opens cases. So in production that is a
proposal, which data protection confirms. What only closes access acts at once.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
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
    "staff.proposals": _REGISTERING,
    # What opens cases is confirmed by data protection; another officer beside one, by another operator.
    "staff.confirm": {OFFICER: Need.ANY, OPERATOR: Need.ANY},
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


#: What is proposed: a new member of staff; more for one who is registered; that one supervises another; and an officer
#: by a one-time code although there is one.
REGISTRATION, CHANGE, SUPERVISION, ANOTHER_OFFICER = "registration", "change", "supervision", "officer"
KINDS: Final = (REGISTRATION, CHANGE, SUPERVISION, ANOTHER_OFFICER)
#: What was there when a release came that knows proposals counts as confirmed: it is listed to be looked at.
WAITING, CONFIRMED, REFUSED, LAPSED, TAKEN_OVER = "waiting", "confirmed", "refused", "lapsed", "taken_over"
STATES: Final = (WAITING, CONFIRMED, REFUSED, LAPSED, TAKEN_OVER)
#: kind -> the role that confirms it. Operators have no say in who reads cases, but for an officer who is lost.
CONFIRMED_BY: Final[Mapping[str, str]] = {
    **dict.fromkeys((REGISTRATION, CHANGE, SUPERVISION), OFFICER),
    ANOTHER_OFFICER: OPERATOR,
}
#: By the domain's clock; the same as for what else waits for a second person (from the house).
LAPSES_AFTER: Final = timedelta(days=7)
#: A one-time code is used by who stands at the machine (real time).
CODE_LASTS: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Split:
    """A change of a member of staff in two: what is so at once, and what waits for a second person."""

    at_once: Mapping[str, Any]
    waits: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is so of a member of staff, as far as a change of it may open access."""

    agency: UUID
    until: date | None
    roles: Collection[str]
    sign_ins: Collection[Any]


def split(before: Standing, stated: Mapping[str, Any]) -> Split:
    """Return which part of a change opens access: another agency, more roles, a later last day, more sign-ins.

    `stated` holds the fields that change. Of a list, what is no longer named goes at once.
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
    """A proposal, as far as it decides who may answer it."""

    kind: str
    state: str
    lapses_at: datetime | None
    concerns: Collection[UUID]


def check_answer(
    proposed: Proposed, now: datetime, *, by: UUID, by_roles: Collection[str], by_key: bool, confirms: bool
) -> None:
    """Raise `StepForbidden` unless somebody may answer a proposal so: a second person of the role, and while it waits.

    The first person, or who would gain by it, may take it back, and not confirm it. `by_key`: by the operators' key.
    """
    if proposed.state != WAITING or (proposed.lapses_at is not None and proposed.lapses_at <= now):
        raise StepForbidden("answered_once", "This proposal is answered, or has lapsed. Propose it again if needed.")
    if not confirms:
        return
    role = CONFIRMED_BY[proposed.kind]
    if role not in by_roles:
        asked = "another operator" if role == OPERATOR else "a data protection officer"
        raise StepForbidden("confirmed_by_role", f"Your role does not confirm this. Ask {asked}.")
    if by_key:
        raise StepForbidden("key_confirms_nothing", "The operators' key confirms nothing. Sign in as yourself.")
    if by in proposed.concerns:
        raise StepForbidden(
            "second_person", "Whoever proposed this, or gains by it, can't confirm it, in whatever role. Ask another."
        )


# control: H-OPERATION-3 officer-can-sign-in
# control: H-OPERATOR-2 first-officer-once
def check_first_in_production(role: str, *, signs_in: bool, has_code: bool) -> None:
    """Raise `FactRefused` or `StepForbidden` unless a role's first may be registered: an officer with a code."""
    if role not in FIRST:
        raise FactRefused("role", "first_of_two_roles", f"Only {' and '.join(FIRST)} have a first. Register them.")
    if role != OFFICER:
        return
    if not signs_in:
        raise FactRefused(
            "sign_ins", "officer_signs_in", "An officer who can't sign in confirms nothing. Name their sign-in."
        )
    if not has_code:
        raise StepForbidden(
            "one_time_code", "This needs a one-time code that was not used: ./casepath staff code, at the machine."
        )
