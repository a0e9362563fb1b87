"""The operators' routes for rebuilds of projections, and for reactions to events that vanished."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from shared.access.declarations import declare, nullable
from shared.access.permissions import Need
from shared.access.views import View, parts
from shared.events.contract import Code, Flag, Instant, Reference
from shared.exchange.follower import reactions
from shared.exchange.rebuild import requests
from shared.http import Call, CallWith, Command, Refused, Reply, optional, paging, route
from shared.runtime.process import Process

#: The entries of the access table for the routes below.
ACCESS = {
    "rebuilds.read": {"operator": Need.ANY},
    "rebuilds.begin": {"operator": Need.ANY},
    "vanished.read": {"operator": Need.ANY},
}
#: The most reactions in one answer, and the most rebuilds on a list.
PAGE, LATEST = 200, 20


REBUILD = declare(Reference(), None, "The rebuild.")


class BeginRebuild(Command):
    """What to rebuild: one projection, one subject, both, or with neither all data from other services' events."""

    projection: str | None = optional(declare(Code(), None, "The projection.", example="team"), default=None)
    subject: UUID | None = optional(declare(Reference(), None, "The case or other subject."), default=None)


class BegunRebuild(View):
    """The requested rebuild."""

    id = REBUILD
    joined = declare(Flag(), None, "Whether the same one was open already.")


class RebuildSource(View):
    """The progress of a rebuild with one source."""

    source = declare(fields.String(), None, "The service whose log is read.", example="intake")
    position = declare(fields.Integer(), None, "The last position that was applied.", example=42)
    target = declare(fields.Integer(), None, "The position that it has to reach.", example=42)


class RebuiltTable(View):
    """The result of a rebuild in one table."""

    table = declare(fields.String(), None, "The table.", example="case_team")
    rows = declare(fields.Integer(), None, "Its rows, as they were built again.", example=3)
    inserted = declare(fields.Integer(), None, "Rows that were missing.", example=0)
    changed = declare(fields.Integer(), None, "Rows that differed.", example=0)
    deleted = declare(fields.Integer(), None, "Rows that should not have been there.", example=0)
    differed = declare(fields.Integer(), None, "All of these together.", example=0)


class Rebuild(View):
    """The progress of a rebuild."""

    id = REBUILD
    state = declare(Code(), None, "How far it is.", example="building")
    projection = declare(nullable(Code()), None, "The projection; null: all.", example="team")
    subject = declare(nullable(Reference()), None, "The subject; null: all.")
    heals = declare(Flag(), None, "Whether the service asked for it by itself.")
    reason = declare(nullable(fields.String()), None, "Why it failed.", example="ValueError")
    asked_by = declare(fields.String(), None, "Who asked for it.", example="operator")
    asked_at = declare(Instant(), None, "When it was asked for.")
    began_at = declare(nullable(Instant()), None, "When it began.")
    ended_at = declare(nullable(Instant()), None, "When it ended.")
    sources = parts(RebuildSource)
    tables = parts(RebuiltTable)


class RebuildList(View):
    """The latest rebuilds."""

    rebuilds = parts(Rebuild)


class VanishedReaction(View):
    """A reaction of this service to an event that its source's log does not have after a restore."""

    id = declare(Reference(), None, "The reaction.")
    reaction = declare(Code(), None, "Its name.", example="limitations")
    source = declare(fields.String(), None, "The service that was restored.", example="intake")
    position = declare(fields.Integer(), None, "Where the event stood.", example=42)
    event = declare(nullable(Reference()), None, "The event.")
    subject = declare(nullable(Reference()), None, "The case or other subject.")
    answered_at = declare(Instant(), None, "When it was done.")
    vanished_at = declare(Instant(), None, "When the event was missed.")


class VanishedReactions(paging.Page):
    """Reactions to events that vanished."""

    reactions = parts(VanishedReaction)


class OperatedRebuild:
    """The routes, for a service class that has an `edge` and its `process`."""

    process: Any

    @route("POST", "/v1/rebuilds", action="rebuilds.begin", body=BeginRebuild, reply=BegunRebuild, status=202)
    def begin_rebuild(self, call: CallWith[BeginRebuild]) -> Reply:
        """Rebuild projection tables from the logs; an identical open rebuild is reused."""
        process: Process = self.process
        projection, subject = call.command.projection, call.command.subject
        names = [candidate.name for candidate in process.parts.following.projections if candidate.tables]
        if projection is not None and projection not in names:
            detail = f"There is no projection of this name here. Name one of: {', '.join(names) or 'none'}."
            raise Refused(422, "No such projection", detail)
        rebuild_id, fresh = requests.request(
            call.session, call.principal.subject, projection=projection, subject=subject
        )
        return Reply({"id": rebuild_id, "joined": not fresh}, status=202, about=subject)

    @route("GET", "/v1/rebuilds", action="rebuilds.read", reply=RebuildList)
    def rebuilds(self, call: Call) -> Reply:
        """List the latest rebuilds."""
        return Reply(
            {"rebuilds": requests.latest(call.session, LATEST, reader=UUID(call.principal.subject))}, plain=True
        )

    @route("GET", "/v1/rebuilds/<uuid:rebuild>", action="rebuilds.read", reply=Rebuild)
    def one_rebuild(self, call: Call) -> Reply:
        """Show the progress of a rebuild, and how many rows differed."""
        report = requests.show(call.session, call.path["rebuild"], reader=UUID(call.principal.subject))
        if report is None:
            raise Refused(404, "Not found", "No rebuild with this id was requested here. Read the list of rebuilds.")
        return Reply(report, plain=True)

    @route(
        "GET",
        "/v1/reactions/vanished",
        action="vanished.read",
        query=(paging.AFTER, paging.LIMIT),
        reply=VanishedReactions,
    )
    def vanished(self, call: Call) -> Reply:
        """List this service's reactions to events that their source's log does not have after a restore."""
        after, limit = paging.after(call.query, UUID), paging.limit(call.query, PAGE)
        reader = UUID(call.principal.subject)
        reactions_vanished = reactions.find_vanished(call.session, after=after, limit=limit, reader=reader)
        return Reply(
            {
                "reactions": reactions_vanished,
                "next": reactions_vanished[-1]["id"] if len(reactions_vanished) == limit else None,
            },
            plain=True,
        )
