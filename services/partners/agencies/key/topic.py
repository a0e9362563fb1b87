"""Routes for the API keys of agencies, and for an agency that asks who it is."""

from typing import Final

from services.partners.agencies.key import actions, rules, schemas
from shared.http import CallWith, Reply, delete, get, post, route
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

_KEYS: Final = "/v1/agencies/<uuid:agency>/keys"
_KEY: Final = f"{_KEYS}/<uuid:key>"
_QUERY: Final = (schemas.STATE_ASKED, *PAGE)


@route(
    "POST",
    _KEYS,
    action="agency_key.make",
    body=schemas.MakeKey,
    creates=True,
    reply=schemas.MadeKey,
    headers={
        "Location": "the address of the key, without its secret",
        "Idempotent-Replay": "`true` for a replay: an earlier request created the key. The secret is not shown again",
    },
)
def make_key(call: CallWith[schemas.MakeKey]) -> Reply:
    """Create an API key for an agency; only this response shows it, and it is stored nowhere."""
    key = actions.make(call.session, call.path["agency"], call.command, by=call.principal)
    return Reply({"id": key.id, "until": key.until}, status=201, created=key.id, once={"key": key.text})


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("agency_key.make", f"{_KEY}/rotation", actions.rotate, name="rotate_key", reply=schemas.MadeKey),
        get("agency.self", "/v1/agency", actions.own, name="own_agency", reply=schemas.OwnAgency),
        get("agency_key.read", _KEYS, actions.keys_of_agency, query=_QUERY, reply=schemas.KeyPage),
        get("agency_key.find", "/v1/agency-keys", actions.find_keys, query=_QUERY, reply=schemas.KeyPage),
        get("agency_key.read", _KEY, actions.shown, name="show_key", about="key", reply=schemas.ListedKey),
        delete("agency_key.end", _KEY, actions.revoke, name="revoke_key", about="key", status=204),
    ),
    access=rules.ACCESS,
    measures=actions.MEASURES,
)
