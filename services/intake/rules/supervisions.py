"""Who can supervise whom."""

from uuid import UUID

from services.intake.rules.refusals import FactRefused


def supervision(supervisor: UUID, member: UUID) -> None:
    """Raise `FactRefused` for somebody who would supervise themselves."""
    if supervisor == member:
        raise FactRefused("member", "supervises_another", "Nobody supervises themselves; name two members of staff.")
