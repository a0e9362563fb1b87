"""Exclusions: whom a person does not want near the case."""

from collections.abc import Iterable
from uuid import UUID

from services.intake.rules.refusals import FactRefused, StepForbidden

AGENCY = "agency"


def exclusion(kind: str, member: UUID | None, agency: str | None, standing: Iterable[UUID | str | None]) -> None:
    """Check that an exclusion names whom its kind asks for, and that it is new. Raises `FactRefused`."""
    needed, other = ("agency", "member") if kind == AGENCY else ("member", "agency")
    named = {"agency": agency, "member": member}
    if named[needed] is None:
        raise FactRefused(needed, "exclusion_names_somebody", f"Name the {needed} that the person does not want.")
    if named[other] is not None:
        raise FactRefused(other, "exclusion_names_one", f"An exclusion of this kind names no {other}; leave it out.")
    if named[needed] in set(standing):
        raise FactRefused(needed, "exclusion_is_new", "This exclusion stands already; nothing needs to be done.")


def wanted(who: UUID | str, excluded: Iterable[UUID | str | None]) -> None:
    """Raise `StepForbidden` for a member of staff or an agency that the person excluded."""
    if who in set(excluded):
        raise StepForbidden(
            "excluded_by_the_person",
            "The person does not want them near the case. Choose someone else, or speak with the person first.",
        )
