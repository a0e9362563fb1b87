"""Routes for sandboxes."""

from typing import Final

from services.partners.overview.sandbox import actions, rules, schemas
from shared.http import CallWith, Reply, post, route
from shared.runtime.topics import Topic


@route(
    "POST",
    "/v1/sandboxes",
    action="sandbox.make",
    body=schemas.MakeSandbox,
    creates=True,
    reply=schemas.MadeSandbox,
)
def make_sandbox(call: CallWith[schemas.MakeSandbox]) -> Reply:
    """Create an agency that receives only fictitious people; its key is shown only in this response."""
    sandbox = actions.make(call.session, call.command.country, call.now, by=call.principal)
    return Reply({"events": sandbox.events}, status=201, created=sandbox.agency, once={"key": sandbox.key})


TOPIC: Final = Topic(
    __name__,
    routes=(
        post(
            "sandbox.play",
            "/v1/agencies/<uuid:agency>/fictitious-cases",
            actions.play_fictitious_cases,
            reply=schemas.Played,
        ),
    ),
    access=rules.ACCESS,
)
