"""Refuse changes based on an outdated version: the lock of a case, If-Match, and the version of the changed part."""

from dataclasses import dataclass, replace
from itertools import islice
from typing import Final
from uuid import UUID

from shared.access import permissions, subjects
from shared.access.permissions import Relation, Table
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.http import part_versions
from shared.http.admitting import Cases
from shared.http.chain import Proceed, RequestContext
from shared.http.problems import MOST_CHANGES, CaseChanged, Refused
from shared.http.route import Reply, Route

#: The header of a reply to a change of a part: its ETag after that.
PART_ETAG: Final = "Part-ETag"


class NotRead(Refused):
    """A change that does not state which version its caller has read."""

    def __init__(self) -> None:
        """Store the text, which explains what to do."""
        super().__init__(
            428,
            "If-Match is missing",
            "The If-Match header is missing, so the change could overwrite another one. Read the case first, and "
            "send its ETag in If-Match.",
        )


@dataclass(frozen=True)
class Matching:
    """Locks the cases of a service for changes, and compares the version that was read with the current one."""

    table: Table
    cases: Cases

    def locked(self, context: RequestContext, proceed: Proceed[Reply]) -> Reply:
        """Lock the case of a change, check its version, and raise the version of the part that the route declares.

        The answer has the version of the case at the end of the work, if the work has raised it: follow-up work can
        raise it after the action has returned. Changes of a matter file do not raise it, because that would reveal
        that the file exists. The answer also has the new ETag of the part. Raises `Refused` if the caller has not read
        the current version.
        """
        # The lock comes first: changes of one case run one after the other, and their events are in that order.
        case: UUID = context.path["case"]
        before, route = self.cases.lock(context.session, case), context.route
        if route.changes:
            self._check_read(context, case, before)
        reply, part = proceed(context), part_of(route, context.path)
        after = subjects.raised(context.session, case)
        if after is not None:
            reply = replace(reply, version=after)
        if part is None:
            return reply
        after = before if after is None else after
        versions = part_versions.raise_part(context.session, case, part, str(route.action), after - before, after)
        return replace(reply, headers={**reply.headers, PART_ETAG: f'"{versions.etag(part)}"'})

    def _check_read(self, context: RequestContext, case: UUID, version: int) -> None:
        if_match = context.request.headers.get("If-Match")
        if if_match is None:
            raise NotRead
        etag = if_match.strip()
        if etag == f'"{version}"':
            return
        versions, part = part_versions.read(context.session, case, version), part_of(context.route, context.path)
        if part is not None and etag == f'"{versions.etag(part)}"':
            return
        changes = versions.changed_since(etag.strip('"'), part)
        who = context.principal, context.relation
        raise CaseChanged([self._told(change, *who) for change in islice(changes, MOST_CHANGES)])

    def _told(self, change: part_versions.Changed, principal: Principal, relation: Relation) -> dict[str, object]:
        """Return what changed and, for a caller who is allowed the same action, the action; never the person."""
        if change.act is None or not permissions.permits(self.table, change.act, principal, relation):
            return {"part": change.part}
        return {"part": change.part, "action": change.act, "at": change.at and change.at.isoformat()}


def stated(context: RequestContext, proceed: Proceed[Reply]) -> Reply:
    """Require the version that the caller has read. Raises `NotRead`. The action compares it (`check_unchanged`)."""
    if "If-Match" not in context.request.headers:
        raise NotRead
    return proceed(context)


def check_unchanged(if_match: str | None, version: int) -> None:
    """Raise `Refused` unless the caller has read the current version of a locked record that is not a case."""
    if if_match is None:
        raise Refused(
            428,
            "If-Match is missing",
            "The If-Match header is missing, so the change could overwrite another one. Read the record first, and "
            "send its ETag in If-Match.",
        )
    if if_match.strip() != f'"{version}"':
        raise Refused(
            412, "It has changed", "Another user changed this record after you read it. Read it again, then decide."
        )


def part_of(route: Route, path: Shown) -> str | None:
    """Return the part of the case that a request changes, as its route declares it; None for several parts."""
    return None if route.part is None else route.part.format(**path)
