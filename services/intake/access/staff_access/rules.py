"""Rules for teams, supervision, exclusions and access in an emergency. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.facts.case.rules import OFFICER, TEAM_ROLES, Access, check_wanted
from shared.access.permissions import Need, Relation
from shared.casework.refusals import FactRefused, StepForbidden

#: The roles that may change the team of a case without leading it.
_STAFFING: Final = frozenset(("caseworker", "supervisor"))
_TEAM_CHANGERS: Final[Mapping[str, Need]] = {
    **dict.fromkeys(("caseworker", "outreach_worker", "legal_adviser"), Need.TEAM),
    "supervisor": Need.SUPERVISION,
}
ACCESS: Final[Access] = {
    # In an emergency, with a reason, and always reported to data protection.
    "glass.break": dict.fromkeys((*TEAM_ROLES, "supervisor"), Need.ANY),
    # A second person reviews each access, because one person's statement of an emergency opens a case at once.
    "glass.review": {"supervisor": Need.SUPERVISION, OFFICER: Need.ANY},
    "notice.read": dict.fromkeys((*TEAM_ROLES, "supervisor", OFFICER), Need.ANY),
    # Every supervisor can do this, because revoking access after a lost phone can't wait for the case's supervisor.
    "access.revoke": {"supervisor": Need.ANY, "operator": Need.ANY},
    # Roles that open contacts may lead a case. `check_changes_team` checks that the caller leads it.
    "team.change": _TEAM_CHANGERS,
    "team.transfer": _TEAM_CHANGERS,
    "supervision.change": {"operator": Need.ANY},
    # Each team role can record an exclusion at once. Only roles that talk with the person about the case can lift it.
    "exclusion.record": {**TEAM_ROLES, "supervisor": Need.SUPERVISION},
    "exclusion.lift": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM},
}
WHILE_RESTRICTED: Final = frozenset(("exclusion.record", "glass.review"))


AGENCY = "agency"
#: The kinds of exclusion that name a member of staff or an interpreter.
INTERPRETER: Final = "interpreter"
STAFF: Final = ("worker", INTERPRETER)
#: Real hours. A member of staff who needs the case for longer has to join its team.
OPEN_HOURS = 4
#: By the domain's clock. The reminder is repeated each day until the review.
REVIEWED_WITHIN: Final = timedelta(days=1)


def check_exclusion(
    kind: str, member: UUID | None, agency: UUID | None, note: str | None, standing: Iterable[UUID | None]
) -> None:
    """Check that an exclusion names exactly what its kind requires, and that it is new. Raises `FactRefused`.

    People from the person's private life have no id. The kind states their relation, and a note may add details. For
    an interpreter who is not registered, the note has the name that the person says.
    """
    # control: H-DANGER-15 interpreter-by-name
    if kind == INTERPRETER and member is None and agency is None and note is not None:
        return
    named = {"agency": agency, "member": member}
    if kind not in (AGENCY, *STAFF):
        for field in (name for name, value in named.items() if value is not None):
            raise FactRefused(
                field, "exclusion_names_one", f"An excluded person of this kind has no id. Leave {field} out."
            )
        return
    if note is not None:
        raise FactRefused(
            "note",
            "exclusion_names_one",
            "The id already identifies the excluded person, so a note is not needed. Leave the note out.",
        )
    needed, other = ("agency", "member") if kind == AGENCY else ("member", "agency")
    if named[needed] is None:
        raise FactRefused(
            needed, "exclusion_names_somebody", f"The {needed} that the person excludes is missing. Name it."
        )
    if named[other] is not None:
        raise FactRefused(other, "exclusion_names_one", f"An exclusion of this kind has no {other}. Leave it out.")
    if named[needed] in set(standing):
        raise FactRefused(needed, "exclusion_is_new", "This exclusion is already recorded. Nothing needs to be done.")


def check_recorded_here(*, carried: bool) -> None:
    """Raise `StepForbidden` for an exclusion that is repeated from a case merged with this one."""
    if carried:
        raise StepForbidden(
            "recorded_in_another_case",
            "This exclusion was recorded in a case that is merged with this one. Lift it in that case, or ask a "
            "supervisor to undo the merge.",
        )


def check_not_apart(members: Iterable[UUID], apart: Collection[UUID]) -> None:
    """Raise `StepForbidden` for a member of staff with a barrier at legal to the case."""
    if any(member in apart for member in members):
        raise StepForbidden(
            "kept_apart",
            "A conflict barrier keeps this staff member out of the case. Choose another staff member, or ask a "
            "supervisor to check the barrier.",
        )


def check_changes_team(roles: Collection[str], *, leads: bool) -> None:
    """Raise `StepForbidden` unless the caller leads the case, or has a role that changes teams."""
    if not leads and not _STAFFING & set(roles):
        raise StepForbidden(
            "lead_changes_team",
            "Only the lead worker, a caseworker of the team and a supervisor can change the team. Ask one of them.",
        )


@dataclass(frozen=True, slots=True)
class Member:
    """A team member and their role."""

    member: UUID
    role: str
    lead: bool


@dataclass(frozen=True, slots=True)
class Handover:
    """The changes by a transfer: the members who leave, and those who join or change role, each in a fixed order.

    `lead`: the member who leads the case from now on, who may already lead it.
    """

    leave: tuple[UUID, ...]
    join: tuple[Member, ...]
    lead: UUID


def change_of_team(before: Collection[Member], after: Collection[Member], excluded: Iterable[UUID | None]) -> Handover:
    """Return what changes when a team takes a case over. Raises `FactRefused`, `StepForbidden`."""
    if len({member.member for member in after}) != len(after):
        raise FactRefused(
            "members", "each_once", "A member of the new team is named twice. Name each member once, with one part."
        )
    if sum(member.lead for member in after) != 1:
        raise FactRefused(
            "members",
            "one_lead",
            "The new team has no lead worker, or more than one. Name exactly one member who leads the case.",
        )
    refused = list(excluded)
    for member in after:
        check_wanted(member.member, refused)
    staying = {member.member for member in after}
    leave = sorted(member.member for member in before if member.member not in staying)
    join = sorted(set(after) - set(before), key=lambda member: (not member.lead, member.member))
    if not leave and not join:
        raise StepForbidden(
            "transfer_changes_something", "The case already has this team, so nothing would change. Name the new team."
        )
    return Handover(tuple(leave), tuple(join), next(member.member for member in after if member.lead))


# control: H-CONFIDENTIALITY-3 break-glass-is-announced
def emergency_access_until(relation: Relation, now: datetime) -> datetime:
    """Return the end of break-glass access. Raises `StepForbidden` if the caller does not need it."""
    if relation is not Relation.NONE:
        raise StepForbidden(
            "glass_is_needed", "You can already read this case, so emergency access was not opened. Read the case."
        )
    return now + timedelta(hours=OPEN_HOURS)


def check_review(outcome: str | None, *, opened_by: UUID, reviewed_by: UUID) -> None:
    """Raise `StepForbidden` unless the reviewer is another person, and the access is not reviewed yet."""
    if outcome is not None:
        raise StepForbidden("reviewed_once", "This emergency access was already reviewed. Nothing needs to be done.")
    if opened_by == reviewed_by:
        raise StepForbidden(
            "second_person",
            "The person who opened the case in an emergency can't review it in any role. Ask another person to "
            "review it.",
        )


def check_one_agency(field: str, *, is_between_two: bool) -> None:
    """Raise `FactRefused` for a supervision between two agencies; `field` names one of the two people."""
    if is_between_two:
        raise FactRefused(
            field,
            "supervises_own_agency",
            "A supervisor and the supervised staff member must work for the same agency. Name two staff members of "
            "the same agency.",
        )


def check_supervision(supervisor: UUID, member: UUID) -> None:
    """Raise `FactRefused` if a person would supervise themselves."""
    if supervisor == member:
        raise FactRefused(
            "member",
            "supervises_another",
            "A staff member can't supervise themselves. Name two different staff members.",
        )
