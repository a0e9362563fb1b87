"""The operators' routes for rebuilds of projections, and for reactions to events that vanished."""

from typing import Any
from uuid import UUID

from marshmallow import Schema

from shared.access.permissions import Need
from shared.events.contract import Code, Reference
from shared.exchange.follower import reactions
from shared.exchange.rebuild import requests
from shared.http import Call, Refused, Reply, paging, route
from shared.runtime.process import Process

#: The entries of the access table for the routes below.
ACCESS = {
    "rebuilds.read": {"operator": Need.ANY},
    "rebuilds.begin": {"operator": Need.ANY},
    "vanished.read": {"operator": Need.ANY},
}
#: Reactions of one answer, and rebuilds of a list, at most.
PAGE, LATEST = 200, 20


class BeginRebuild(Schema):
    """What is built again: one projection, one subject, both, or with neither all that is kept of others' events."""

    projection = Code()
    subject = Reference()


class OperatedRebuild:
    """The routes, for a service class that has an `edge` and its `process`."""

    process: Any

    @route("POST", "/v1/rebuilds", action="rebuilds.begin", body=BeginRebuild)
    def begin_rebuild(self, call: Call) -> Reply:
        """Rebuild projection tables from the logs; joins the same rebuild if it is open already."""
        process: Process = self.process
        projection, subject = call.body.get("projection"), call.body.get("subject")
        names = [candidate.name for candidate in process.parts.following.projections if candidate.tables]
        if projection is not None and projection not in names:
            detail = f"There is no projection of this name here. Name one of: {', '.join(names) or 'none'}."
            raise Refused(422, "No such projection", detail)
        rebuild_id, fresh = requests.request(
            call.session, call.principal.subject, projection=projection, subject=subject
        )
        return Reply({"id": str(rebuild_id), "joined": not fresh}, status=202, about=subject)

    @route("GET", "/v1/rebuilds", action="rebuilds.read")
    def rebuilds(self, call: Call) -> Reply:
        """List the latest rebuilds."""
        return Reply({"rebuilds": requests.latest(call.session, LATEST)})

    @route("GET", "/v1/rebuilds/<uuid:rebuild>", action="rebuilds.read")
    def one_rebuild(self, call: Call) -> Reply:
        """Show how far a rebuild has come, and how many rows differed."""
        report = requests.show(call.session, call.path["rebuild"])
        if report is None:
            raise Refused(404, "Not found", "No rebuild with this id was asked for here.")
        return Reply(report)

    @route("GET", "/v1/reactions/vanished", action="vanished.read")
    def vanished(self, call: Call) -> Reply:
        """List what was done here because of events that their source's log, once restored, no longer has."""
        after, limit = paging.after(call.query, UUID), paging.limit(call.query, PAGE)
        reactions_vanished = reactions.find_vanished(call.session, after=after, limit=limit)
        return Reply(
            {
                "reactions": reactions_vanished,
                "next": reactions_vanished[-1]["id"] if len(reactions_vanished) == limit else None,
            }
        )
