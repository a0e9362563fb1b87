"""Routes for agencies' webhooks: endpoints, delivery attempts and redelivery."""

from functools import partial
from typing import Final
from uuid import UUID

from services.partners.channels.delivery import actions, rules, schemas
from shared.http import Call, CallWith, Preparing, Reply, check_unchanged, route
from shared.http.paging import PAGE, place, read_page
from shared.runtime.topics import Topic

_WEBHOOKS: Final = "/v1/agencies/<uuid:agency>/webhooks"
_WEBHOOK: Final = f"{_WEBHOOKS}/<uuid:webhook>"


def _checked_url(asked: Preparing) -> actions.CheckedUrl:
    return actions.check_url(asked.database, asked.path["agency"], asked.command.url)


@route(
    "POST",
    _WEBHOOKS,
    action="webhook.change",
    body=schemas.RegisterWebhook,
    prepare=_checked_url,
    creates=True,
    reply=schemas.WithSecret,
    status=201,
)
def register_webhook(call: CallWith[schemas.RegisterWebhook]) -> Reply:
    """Register a webhook endpoint for an agency; the signing secret is shown only in this response."""
    agency: UUID = call.path["agency"]
    webhook, secret = actions.register(call.session, agency, call.command, call.prepared, by=call.principal)
    return Reply({"former_until": None}, status=201, created=webhook, version=1, about=agency, once={"secret": secret})


@route("GET", _WEBHOOKS, action="webhook.read", reply=schemas.WebhookList)
def webhooks_of_agency(call: Call) -> Reply:
    """List an agency's webhooks with their states."""
    agency: UUID = call.path["agency"]
    return Reply({"webhooks": actions.listed(call.session, agency)}, about=agency)


@route("GET", _WEBHOOK, action="webhook.read", reply=schemas.ShownWebhook)
def show_webhook(call: Call) -> Reply:
    """Show a webhook and its state; a change requires its ETag."""
    agency, webhook = _named(call)
    shown, version = actions.shown(call.session, agency, webhook)
    return Reply(shown, version=version, about=agency)


@route("PATCH", _WEBHOOK, action="webhook.change", body=schemas.ChangeWebhook, changes=True, prepare=_checked_url)
def change_webhook(call: CallWith[schemas.ChangeWebhook]) -> Reply:
    """Change a webhook's URL, or pause it; omitted fields stay unchanged."""
    agency, webhook = _named(call)
    matches = partial(check_unchanged, call.if_match)
    version = actions.change(call.session, agency, webhook, call.command, call.prepared, matches)
    return Reply({"id": webhook}, version=version, about=agency)


@route("DELETE", _WEBHOOK, action="webhook.change", status=204)
def remove_webhook(call: Call) -> Reply:
    """Delete a webhook and its delivery attempts; no event is sent there afterwards."""
    agency, webhook = _named(call)
    actions.remove(call.session, agency, webhook)
    return Reply(status=204, about=agency)


@route(
    "POST",
    f"{_WEBHOOK}/rotation",
    action="webhook.change",
    body=schemas.RotateSecret,
    creates=True,
    reply=schemas.WithSecret,
    status=201,
)
def rotate_webhook_secret(call: CallWith[schemas.RotateSecret]) -> Reply:
    """Rotate a webhook's signing secret; both secrets sign during the overlap, in hours."""
    agency, webhook = _named(call)
    secret, until = actions.rotate(call.session, agency, webhook, call.command.overlap_hours)
    return Reply({"former_until": until}, status=201, created=webhook, about=agency, once={"secret": secret})


@route("POST", f"{_WEBHOOK}/test", action="webhook.send", status=202)
def test_webhook(call: Call) -> Reply:
    """Send a test event at once, in every state of the webhook; the attempts show the result."""
    agency, webhook = _named(call)
    actions.test(call.session, agency, webhook)
    return Reply({"id": webhook}, status=202, about=agency)


@route("GET", f"{_WEBHOOK}/attempts", action="webhook.read", query=PAGE, reply=schemas.AttemptPage)
def webhook_attempts(call: Call) -> Reply:
    """List the delivery attempts of the last 30 days, newest first."""
    agency, webhook = _named(call)
    before, limit = read_page(call.query, place)
    attempts = actions.attempts(call.session, agency, webhook, before, limit)
    following = str(attempts[-1]["number"]) if len(attempts) == limit else None
    return Reply({"attempts": attempts, "next": following}, about=agency)


@route("POST", f"{_WEBHOOK}/redelivery", action="webhook.send", body=schemas.Redeliver, status=202)
def redeliver(call: CallWith[schemas.Redeliver]) -> Reply:
    """Redeliver events of the stream: one position, or all later ones, of one type or of every type."""
    agency, webhook = _named(call)
    actions.redeliver(call.session, agency, webhook, call.command)
    return Reply({"id": webhook}, status=202, about=agency)


@route("POST", f"{_WEBHOOK}/resumption", action="webhook.change", changes=True)
def resume_webhook(call: Call) -> Reply:
    """Resume a paused, disabled or failing webhook now, from its last position."""
    agency, webhook = _named(call)
    version = actions.resume(call.session, agency, webhook, partial(check_unchanged, call.if_match))
    return Reply({"id": webhook}, version=version, about=agency)


def _named(call: Call) -> tuple[UUID, UUID]:
    return call.path["agency"], call.path["webhook"]


TOPIC: Final = Topic(
    __name__,
    access=rules.ACCESS,
    loops=(lambda database, _emits, _feeds: actions.Deliveries(database),),
    expiring=actions.EXPIRING,
)
