"""What is followed of the teams of intake's cases, and of the revocation of tokens."""

from typing import Final

from shared.access import revocations
from shared.casework.following import TeamMemberAdded, TeamMemberRemoved
from shared.events.contract import Read

SOURCE: Final = "intake"
TEAM: Final = (
    Read(f"{SOURCE}.team.member_added", TeamMemberAdded, about="member"),
    Read(f"{SOURCE}.team.member_removed", TeamMemberRemoved, about="member", protects=True),
)
REVOCATIONS: Final = (revocations.read_of(SOURCE),)
READS: Final = (*TEAM, *REVOCATIONS)
