"""Transfer of a case to another team in one step, so that it has a lead at every moment."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from services.intake.rules.exclusions import wanted
from services.intake.rules.refusals import FactRefused, StepForbidden


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on a team, and their part in it."""

    member: UUID
    role: str
    lead: bool


@dataclass(frozen=True, slots=True)
class Handover:
    """What a transfer changes: who leaves, and who joins or has another part from now on, each in a fixed order."""

    leave: tuple[UUID, ...]
    join: tuple[Member, ...]


def transfer(before: Collection[Member], after: Collection[Member], excluded: Iterable[UUID | None]) -> Handover:
    """Return what changes when a team takes a case over. Raises `FactRefused`, `StepForbidden`."""
    if len({member.member for member in after}) != len(after):
        raise FactRefused("members", "each_once", "Name each member of the new team once, with their one part.")
    if sum(member.lead for member in after) != 1:
        raise FactRefused("members", "one_lead", "Name exactly one member who leads the case from now on.")
    refused = list(excluded)
    for member in after:
        wanted(member.member, refused)
    staying = {member.member for member in after}
    leave = sorted(member.member for member in before if member.member not in staying)
    join = sorted(set(after) - set(before), key=lambda member: (not member.lead, member.member))
    if not leave and not join:
        raise StepForbidden("transfer_changes_something", "The case has this team already.")
    return Handover(tuple(leave), tuple(join))
