"""Routes for the on-call notifiers of agencies, and for the rings that went there."""

from typing import Final

from services.partners.channels.notifier import events, rules, schemas
from services.partners.channels.notifier.actions import delivering, keeping, taking
from shared.http import delete, get, post
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

_NOTIFIERS: Final = "/v1/agencies/<uuid:agency>/notifiers"
_NOTIFIER: Final = f"{_NOTIFIERS}/<uuid:notifier>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        post(
            "notifier.change",
            _NOTIFIERS,
            keeping.register,
            name="register_notifier",
            creates=True,
            reply=schemas.NotifierSecret,
            status=201,
        ),
        delete("notifier.change", _NOTIFIER, keeping.remove, name="remove_notifier", status=204),
        post("notifier.send", f"{_NOTIFIER}/test", keeping.test, name="test_notifier", status=202),
        get("notifier.read", _NOTIFIERS, keeping.listed, name="notifiers_of_agency", reply=schemas.NotifierList),
        get(
            "notifier.read",
            "/v1/agencies/<uuid:agency>/rings",
            keeping.rings,
            name="rings_of_agency",
            query=PAGE,
            reply=schemas.RingPage,
        ),
    ),
    access=rules.ACCESS,
    reads=events.READS,
    reactions=taking.REACTIONS,
    loops=(lambda database, _emits, _feeds: delivering.Ringing(database),),
    expiring=keeping.EXPIRING,
    measures=taking.MEASURES,
)
