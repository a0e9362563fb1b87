"""A transfer: the case goes to another team at once, so that there is no moment without somebody who leads it."""

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
    """Check the team that takes a case over; gives what changes. Raises `FactRefused`, `StepForbidden`."""
    if len({each.member for each in after}) != len(after):
        raise FactRefused("members", "each_once", "Name each member of the new team once, with their one part.")
    if sum(each.lead for each in after) != 1:
        raise FactRefused("members", "one_lead", "Name exactly one member who leads the case from now on.")
    refused = list(excluded)
    for each in after:
        wanted(each.member, refused)
    staying = {each.member for each in after}
    leave = sorted(each.member for each in before if each.member not in staying)
    join = sorted(set(after) - set(before), key=lambda each: (not each.lead, each.member))
    if not leave and not join:
        raise StepForbidden("transfer_changes_something", "The case has this team already.")
    return Handover(tuple(leave), tuple(join))
