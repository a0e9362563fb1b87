"""Routes for what an agency hears of."""

from functools import partial
from typing import Final
from uuid import UUID

from services.partners.streams.subscription import actions, rules, schemas
from shared.http import Call, CallWith, Reply, check_unchanged, route
from shared.runtime.topics import Topic

_SUBSCRIPTION: Final = "/v1/agencies/<uuid:agency>/subscription"


@route("PUT", _SUBSCRIPTION, action="subscription.change", body=schemas.Subscribe, sets=True)
def subscribe(call: CallWith[schemas.Subscribe]) -> Reply:
    """Set what an agency hears of, from now on; once it is set, a change brings the ETag that was read."""
    agency: UUID = call.path["agency"]
    matches = partial(check_unchanged, call.if_match)
    version = actions.subscribe(call.session, agency, call.command, call.now, matches, by=call.principal)
    return Reply({"id": agency}, version=version, about=agency)


@route("GET", _SUBSCRIPTION, action="subscription.read", reply=schemas.ShownSubscription)
def show_subscription(call: Call) -> Reply:
    """Show what an agency hears of; its ETag is for a change."""
    agency: UUID = call.path["agency"]
    shown, version = actions.shown(call.session, agency, reader=call.principal)
    return Reply(shown, version=version, about=agency)


TOPIC: Final = Topic(__name__, access=rules.ACCESS)
