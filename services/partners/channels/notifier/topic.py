"""Routes for the on-call notifiers of agencies, and for the rings that went there."""

from typing import Final
from uuid import UUID

from services.partners.channels.notifier import actions, events, rules, schemas
from shared.http import Call, CallWith, Reply, delete, post, route
from shared.http.paging import PAGE, place, read_page
from shared.runtime.topics import Topic

_NOTIFIERS: Final = "/v1/agencies/<uuid:agency>/notifiers"
_NOTIFIER: Final = f"{_NOTIFIERS}/<uuid:notifier>"


@route(
    "POST",
    _NOTIFIERS,
    action="notifier.change",
    body=schemas.RegisterNotifier,
    creates=True,
    reply=schemas.NotifierSecret,
    status=201,
)
def register_notifier(call: CallWith[schemas.RegisterNotifier]) -> Reply:
    """Register where an agency's on-call staff are rung; a webhook's secret is shown in this one answer."""
    agency: UUID = call.path["agency"]
    notifier, secret = actions.register(call.session, agency, call.command, by=call.principal)
    once = {"secret": secret} if secret is not None else {}
    return Reply({}, status=201, created=notifier, about=agency, once=once)


@route("GET", _NOTIFIERS, action="notifier.read", reply=schemas.NotifierList)
def notifiers_of_agency(call: Call) -> Reply:
    """List an agency's notifiers."""
    agency: UUID = call.path["agency"]
    return Reply({"notifiers": actions.listed(call.session, agency)}, about=agency)


@route("GET", "/v1/agencies/<uuid:agency>/rings", action="notifier.read", query=PAGE, reply=schemas.RingPage)
def rings_of_agency(call: Call) -> Reply:
    """List the rings of the last thirty days, the newest first."""
    agency: UUID = call.path["agency"]
    before, limit = read_page(call.query, place)
    rings = actions.rings(call.session, agency, before, limit)
    following = str(rings[-1]["number"]) if len(rings) == limit else None
    return Reply({"rings": rings, "next": following}, about=agency)


TOPIC: Final = Topic(
    __name__,
    routes=(
        delete("notifier.change", _NOTIFIER, actions.remove, name="remove_notifier", status=204),
        post("notifier.send", f"{_NOTIFIER}/test", actions.test, name="test_notifier", status=202),
    ),
    access=rules.ACCESS,
    reads=events.READS,
    reactions=actions.REACTIONS,
    loops=(lambda database, _emits, _feeds: actions.Ringing(database),),
    expiring=actions.EXPIRING,
    measures=actions.MEASURES,
)
