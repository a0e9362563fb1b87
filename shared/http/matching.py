"""A change of a case by somebody who has read what stands: its lock, If-Match, and the version of the part changed."""

from dataclasses import dataclass, replace
from itertools import islice
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access import permissions
from shared.access.permissions import Relation, Table
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.http import part_versions
from shared.http.admitting import Cases
from shared.http.problems import MOST_CHANGES, CaseChanged, Refused
from shared.http.route import Reply, Route

#: The header of a reply to a change of a part: its ETag after that.
PART_ETAG: Final = "Part-ETag"


class NotRead(Refused):
    """A change by somebody who does not say what they read."""

    def __init__(self) -> None:
        """Set the words, which say what to do."""
        super().__init__(
            428, "If-Match is missing", "Read what you change first, and send its ETag in an If-Match header."
        )


@dataclass(frozen=True)
class Matching:
    """Locks a service's cases for changes, and compares what was read with what stands."""

    table: Table
    cases: Cases

    def lock(
        self,
        session: Session,
        route: Route,
        if_match: str | None,
        path: Shown,
        principal: Principal,
        relation: Relation,
    ) -> int:
        """Lock a case for a change and return its version. Raises `Refused` unless what was read still stands."""
        # Locked first: two changes of one case happen one after the other, and their events in that order.
        case: UUID = path["case"]
        version = self.cases.lock(session, case)
        if not route.changes:
            return version
        if if_match is None:
            raise NotRead
        etag = if_match.strip()
        if etag == f'"{version}"':
            return version
        versions, part = part_versions.read(session, case, version), part_of(route, path)
        if part is not None and etag == f'"{versions.etag(part)}"':
            return version
        changes = versions.changed_since(etag.strip('"'), part)
        raise CaseChanged([self._told(change, principal, relation) for change in islice(changes, MOST_CHANGES)])

    def raise_part(self, session: Session, route: Route, path: Shown, before: int, reply: Reply) -> Reply:
        """Raise the version of the part that was changed, if the route declares one, and answer its ETag."""
        part = part_of(route, path)
        if part is None:
            return reply
        case: UUID = path["case"]
        after = self.cases.lock(session, case)
        versions = part_versions.raise_part(session, case, part, str(route.action), after - before, after)
        return replace(reply, headers={**reply.headers, PART_ETAG: f'"{versions.etag(part)}"'})

    def _told(self, change: part_versions.Changed, principal: Principal, relation: Relation) -> dict[str, object]:
        """Return what changed and, to who might do so too, by which act; never by whom."""
        if change.act is None or not permissions.permits(self.table, change.act, principal, relation):
            return {"part": change.part}
        return {"part": change.part, "action": change.act, "at": change.at and change.at.isoformat()}


def check_unchanged(if_match: str | None, version: int) -> None:
    """Raise `Refused` unless what was read of something that is no case still stands; it must be locked."""
    if if_match is None:
        raise Refused(428, "If-Match is missing", "Read it first and send its ETag in an If-Match header.")
    if if_match.strip() != f'"{version}"':
        raise Refused(412, "It has changed", "Someone has changed it since you read it. Read it again, then decide.")


def part_of(route: Route, path: Shown) -> str | None:
    """Return the part of the case that a request changes, as its route declares it; None for more than one."""
    return None if route.part is None else route.part.format(**path)
