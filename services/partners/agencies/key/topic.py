"""Routes for the API keys of agencies, and for an agency that asks who it is."""

from typing import Final
from uuid import UUID

from services.partners.agencies.key import actions, rules, schemas
from services.partners.agencies.key.actions import Made
from shared.http import Call, CallWith, Reply, route
from shared.http.paging import PAGE, read_page
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


@route("GET", _KEYS, action="agency_key.read", query=_QUERY, reply=schemas.KeyPage)
def keys_of_agency(call: Call) -> Reply:
    """List an agency's keys, with their permissions, expiry and the last day of use."""
    return _page(call, call.path["agency"])


@route("GET", "/v1/agency-keys", action="agency_key.find", query=_QUERY, reply=schemas.KeyPage)
def find_keys(call: Call) -> Reply:
    """List the keys of all agencies, for example those that expire soon or are unused."""
    return _page(call, None)


def _page(call: Call, agency: UUID | None) -> Reply:
    after, limit = read_page(call.query, UUID)
    keys = actions.page(call.session, agency, call.query.get("state"), after, limit, to=call.principal)
    return Reply({"keys": keys, "next": str(keys[-1]["id"]) if len(keys) == limit else None}, about=agency)


@route("GET", _KEY, action="agency_key.read", reply=schemas.ListedKey)
def show_key(call: Call) -> Reply:
    """Show an agency's key: its permissions, expiry and the last day of use."""
    key: UUID = call.path["key"]
    return Reply(actions.shown(call.session, call.path["agency"], key, to=call.principal), about=key)


@route("DELETE", _KEY, action="agency_key.end", status=204)
def revoke_key(call: Call) -> Reply:
    """Revoke a key; it becomes invalid at once."""
    key: UUID = call.path["key"]
    actions.revoke(call.session, call.path["agency"], key)
    return Reply(status=204, about=key)


@route("GET", "/v1/agency", action="agency.self", reply=schemas.OwnAgency)
def own_agency(call: Call) -> Reply:
    """Show the calling agency, and the permissions and expiry of the key that it uses."""
    return Reply(actions.own(call.session, call.principal), about=call.principal.agency)


def _shown(key: Made) -> dict[str, object]:
    return {"id": key.id, "until": key.until}


TOPIC: Final = Topic(__name__, access=rules.ACCESS, measures=actions.MEASURES)
