"""Routes for sandboxes."""

from typing import Final
from uuid import UUID

from services.partners.overview.sandbox import actions, rules, schemas
from shared.http import CallWith, Reply, route
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
    """Make an agency that is told of fictitious people alone; its key is shown in this one answer."""
    sandbox = actions.make(call.session, call.command.country, call.now, by=call.principal)
    return Reply({"events": sandbox.events}, status=201, created=sandbox.agency, once={"key": sandbox.key})


@route(
    "POST",
    "/v1/agencies/<uuid:agency>/fictitious-cases",
    action="sandbox.play",
    body=schemas.PlayCases,
    reply=schemas.Played,
)
def play_fictitious_cases(call: CallWith[schemas.PlayCases]) -> Reply:
    """Have a sandbox told of more people who do not exist, each from first contact to identification."""
    agency: UUID = call.path["agency"]
    people = range(call.command.people)
    events = sum(actions.play(call.session, agency, call.now, by=call.principal) for _ in people)
    return Reply({"events": events}, about=agency)


TOPIC: Final = Topic(__name__, access=rules.ACCESS)
