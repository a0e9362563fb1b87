"""Routes for the API keys of agencies, and for an agency that asks who it is."""

from typing import Final

from services.partners.agencies.key import actions, rules, schemas
from services.partners.agencies.key.actions import Made
from shared.http import Call, CallWith, Reply, delete, get, route
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
    return Reply(_shown(key), status=201, created=key.id, once={"key": key.text})


@route(
    "POST",
    f"{_KEY}/rotation",
    action="agency_key.make",
    body=schemas.RotateKey,
    reply=schemas.MadeKey,
)
def rotate_key(call: CallWith[schemas.RotateKey]) -> Reply:
    """Create a successor for a key; the old key stays valid during the overlap, in days."""
    agency, key, days = call.path["agency"], call.path["key"], call.command.overlap_days
    successor = actions.rotate(call.session, agency, key, days, by=call.principal)
    return Reply(_shown(successor), about=successor.id, once={"key": successor.text})


@route("GET", "/v1/agency", action="agency.self", reply=schemas.OwnAgency)
def own_agency(call: Call) -> Reply:
    """Show the calling agency, and the permissions and expiry of the key that it uses."""
    return Reply(actions.own(call.session, call.principal), about=call.principal.agency)


def _shown(key: Made) -> dict[str, object]:
    return {"id": key.id, "until": key.until}


TOPIC: Final = Topic(
    __name__,
    routes=(
        get("agency_key.read", _KEYS, actions.keys_of_agency, query=_QUERY, reply=schemas.KeyPage),
        get("agency_key.find", "/v1/agency-keys", actions.find_keys, query=_QUERY, reply=schemas.KeyPage),
        get("agency_key.read", _KEY, actions.shown, name="show_key", about="key", reply=schemas.ListedKey),
        delete("agency_key.end", _KEY, actions.revoke, name="revoke_key", about="key", status=204),
    ),
    access=rules.ACCESS,
    measures=actions.MEASURES,
)
