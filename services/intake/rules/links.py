"""Two cases that belong together."""

from uuid import UUID

from services.intake.rules.refusals import FactRefused, StepForbidden


def two_cases(one: UUID, other: UUID) -> None:
    """Raise `FactRefused` if both are the same case."""
    if one == other:
        raise FactRefused("case", "two_cases", "These are one and the same case. Name another one.")


def linked_once(*, linked: bool) -> None:
    """Raise `StepForbidden` if the two are linked in this way already."""
    if linked:
        raise StepForbidden("linked_once", "These cases are linked in this way already; nothing is left to do.")
