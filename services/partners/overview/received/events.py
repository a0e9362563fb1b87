"""The events about the teams of intake's cases."""

from typing import Final

from shared.casework.following import TeamMemberAdded, TeamMemberRemoved
from shared.events.contract import Read

SOURCE: Final = "intake"
READS: Final = (
    Read(f"{SOURCE}.team.member_added", TeamMemberAdded, about="member"),
    Read(f"{SOURCE}.team.member_removed", TeamMemberRemoved, about="member", protects=True),
)
