"""The team of a case as intake states it, and the cases that have arrived."""

from sqlalchemy import select

from services.partners.agencies.agency.models import Record
from services.partners.streams.ground.models import CaseLaw
from shared.access.subjects import Subjects
from shared.casework.records import FollowedMember


class TeamMember(FollowedMember, Record):
    """A member of the team of a case."""


class KnownCase:
    """A case that has arrived here. Partners stores nothing of a case that could be changed, so it has no version."""

    __table__ = select(CaseLaw.case_id.label("id")).subquery("known_cases")


CASES = Subjects(KnownCase, TeamMember)
