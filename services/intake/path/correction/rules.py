"""Which staff can correct a fact, and which facts are stated by the case itself. Pure."""

from typing import Final

from services.intake.facts.case.rules import Access
from shared.access.permissions import Need
from shared.casework.refusals import StepForbidden

ACCESS: Final[Access] = {
    "fact.correct": dict.fromkeys(("caseworker", "outreach_worker", "legal_adviser", "supervisor"), Need.TEAM),
}
LAW, PERSON = "law", "person"


def check_age_is_stated(*, born: bool) -> None:
    """Raise `StepForbidden` if the age follows from a date of birth."""
    if born:
        raise StepForbidden(
            "age_follows_from_the_birth", "The date of birth is known; put that right, with the person."
        )


def check_taken_back(kind: str, *, takes_back: bool) -> None:
    """Raise `StepForbidden` if the case would have no law, or its person no age (which can be `unknown`)."""
    if takes_back and kind in (LAW, PERSON):
        raise StepForbidden("case_has_one", "A case always has one of these. Say what is so instead.")
