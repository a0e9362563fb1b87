"""Routes for the on-call notifiers of agencies, and for the rings that went there."""

from typing import Final
from uuid import UUID

from services.partners.channels.notifier import actions, events, rules, schemas
from shared.http import CallWith, Reply, delete, get, post, route
from shared.http.paging import PAGE
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


TOPIC: Final = Topic(
    __name__,
    routes=(
        delete("notifier.change", _NOTIFIER, actions.remove, name="remove_notifier", status=204),
        post("notifier.send", f"{_NOTIFIER}/test", actions.test, name="test_notifier", status=202),
        get("notifier.read", _NOTIFIERS, actions.listed, name="notifiers_of_agency", reply=schemas.NotifierList),
        get(
            "notifier.read",
            "/v1/agencies/<uuid:agency>/rings",
            actions.rings,
            name="rings_of_agency",
            query=PAGE,
            reply=schemas.RingPage,
        ),
    ),
    access=rules.ACCESS,
    reads=events.READS,
    reactions=actions.REACTIONS,
    loops=(lambda database, _emits, _feeds: actions.Ringing(database),),
    expiring=actions.EXPIRING,
    measures=actions.MEASURES,
)
