"""Follow the cases of another service: the events that are read, and the copy of the cases that is stored.

FOLLOWED = follow_cases("intake", "support")  # in events.py of its topic `case`, whose TOPIC has reads=FOLLOWED.reads
...
following=FOLLOWED.following(EMITS, READS, CASES, erase, projections=..., reactions=...)  # in its service.py
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from marshmallow import Schema
from sqlalchemy.orm import Session

from shared.access import (
    agency_grounds,
    break_glass,
    case_restrictions,
    endings,
    exclusions,
    joined_cases,
    revocations,
    staff,
    supervisions,
)
from shared.casework import registers
from shared.casework.cases import CaseRecords
from shared.casework.projections import CaseProjector
from shared.events.contract import Code, Emits, Flag, Read, Reads, Received, Reference
from shared.exchange.follower import Following, Projection, Reaction, ReadModelTable
from shared.privacy import disclosure_permits, erasure


class ContactOpened(Schema):
    """The part of a contact that every service needs: the law that applies. A service that needs more extends it."""

    jurisdiction = Code(required=True)


class TeamMemberAdded(Schema):
    """A staff member who can see the case from now on."""

    member = Reference(required=True)
    role = Code(required=True)
    lead = Flag(required=True)


class TeamMemberRemoved(Schema):
    """A staff member who can't see the case now, and their successor on the team if they have left."""

    member = Reference(required=True)
    handed_to = Reference(load_default=None, allow_none=True)


class CaseClosed(Schema):
    """A case was closed. The view needs no data, because help and claims continue."""


class CaseReopened(Schema):
    """A case was reopened."""


@dataclass(frozen=True)
class FollowedCases:
    """The cases of a source, as `holder` follows them. `opening` is the view of the event that opens a case."""

    source: str
    holder: str
    opening: type[Schema] = ContactOpened

    @property
    def reads(self) -> tuple[Read, ...]:
        """The events that are read: about the case, its team, access to it, permits to disclose, and erasure."""
        source = self.source
        return (
            Read(f"{source}.contact.opened", self.opening),
            Read(f"{source}.contact.changed", self.opening),
            *self._team_reads,
            Read(f"{source}.case.closed", CaseClosed),
            Read(f"{source}.case.reopened", CaseReopened),
            revocations.read_of(source),
            *endings.reads_of(source),
            *exclusions.reads_of(source),
            *break_glass.reads_of(source),
            *supervisions.reads_of(source),
            *staff.reads_of(source),
            *agency_grounds.reads_of(source),
            *case_restrictions.reads_of(source),
            *joined_cases.reads_of(source),
            erasure.order_of(source),
            self._held,
            *disclosure_permits.reads_of(source),
        )

    @property
    def _held(self) -> Read:
        return erasure.held_of(self.source, self.holder)

    @property
    def _team_reads(self) -> tuple[Read, ...]:
        return (
            Read(f"{self.source}.team.member_added", TeamMemberAdded, about="member"),
            Read(f"{self.source}.team.member_removed", TeamMemberRemoved, about="member", protects=True),
        )

    def following(
        self,
        emits: Emits,
        reads: Reads,
        cases: CaseRecords,
        erase: erasure.Erase,
        *,
        projections: Sequence[Projection] = (),
        reactions: Sequence[Reaction] = (),
    ) -> Following:
        """Return everything that a service follows: the copy of the cases, and its own projections and reactions."""
        copy = self._copy(reads, cases)
        # The erasure runs after all other projections.
        erasing = erasure.projection(self.source, self.holder, erase)
        return Following(emits.service, emits, reads, (*copy, *projections, erasing), tuple(reactions))

    def _copy(self, reads: Reads, cases: CaseRecords) -> tuple[Projection, ...]:
        source, projector = self.source, CaseProjector(self.source, cases)
        revoked, supervised = (revocations.read_of(source),), supervisions.reads_of(source)
        ended, employed = endings.reads_of(source), staff.reads_of(source)
        joined = joined_cases.reads_of(source)
        restricting = (*case_restrictions.reads_of(source), self._held)
        # These events are about a staff member, a merge or an agency. An erasure order, also under a hold, ends the
        # case.
        of_others = _keys((*revoked, *ended, *supervised, *employed, *joined, *registers.AGENCIES.reads, self._held))
        of_cases = _keys(read for read in reads.reads if not read.outlives) - of_others
        return (
            Projection("cases", of_cases, projector.project_cases, (ReadModelTable("cases", "id", "version"),)),
            _copied("team", self._team_reads, projector.project_team, "case_team"),
            _copied("revocations", revoked, revocations.project, "revoked_access", "member"),
            _copied("endings", ended, endings.project, "ended_access", "member"),
            _copied("exclusions", exclusions.reads_of(source), exclusions.project, "exclusions"),
            _copied("agency_grounds", agency_grounds.reads_of(source), agency_grounds.project, "agency_grounds"),
            _copied("broken_glass", break_glass.reads_of(source), break_glass.project, "broken_glass"),
            _copied("restrictions", restricting, case_restrictions.project, "restrictions"),
            _copied("releases", disclosure_permits.reads_of(source), disclosure_permits.project, "releases"),
            _copied("supervisions", supervised, supervisions.project, "supervisions", "supervisor"),
            _copied("staff", employed, staff.project, "staff", "id"),
            _copied("joined_cases", joined, joined_cases.project, "joined_cases", "merge"),
        )


def follow_cases(source: str, holder: str, opening: type[Schema] = ContactOpened) -> FollowedCases:
    """Return the declaration by which the service `holder` follows the cases of another one.

    `opening` is the view of the event that opens a case; it has the field `jurisdiction`.
    """
    return FollowedCases(source, holder, opening)


def _keys(reads: Iterable[Read]) -> frozenset[str]:
    return frozenset(read.key for read in reads)


def _copied(
    name: str,
    reads: Iterable[Read],
    project: Callable[[Session, Sequence[Received]], None],
    table: str,
    subject: str = "case_id",
) -> Projection:
    return Projection(name, _keys(reads), project, (ReadModelTable(table, subject),))
