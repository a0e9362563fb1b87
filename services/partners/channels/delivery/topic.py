"""Routes for agencies' webhooks: endpoints, delivery attempts and redelivery."""

from functools import partial
from typing import Final
from uuid import UUID

from services.partners.channels.delivery import events, rules, schemas
from services.partners.channels.delivery.actions import behind, keeping, loop
from shared.http import CallWith, Preparing, Reply, check_unchanged, delete, get, post, route
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

_WEBHOOKS: Final = "/v1/agencies/<uuid:agency>/webhooks"
_WEBHOOK: Final = f"{_WEBHOOKS}/<uuid:webhook>"


def _checked_url(asked: Preparing) -> keeping.CheckedUrl:
    return keeping.check_url(asked.database, asked.path["agency"], asked.command.url)


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
    webhook, secret = keeping.register(call.session, agency, call.command, call.prepared, by=call.principal)
    return Reply({"former_until": None}, status=201, created=webhook, version=1, about=agency, once={"secret": secret})


@route("PATCH", _WEBHOOK, action="webhook.change", body=schemas.ChangeWebhook, changes=True, prepare=_checked_url)
def change_webhook(call: CallWith[schemas.ChangeWebhook]) -> Reply:
    """Change a webhook's URL, or pause it; omitted fields stay unchanged."""
    agency, webhook = call.path["agency"], call.path["webhook"]
    matches = partial(check_unchanged, call.if_match)
    version = keeping.change(call.session, agency, webhook, call.command, call.prepared, matches)
    return Reply({"id": webhook}, version=version, about=agency)


TOPIC: Final = Topic(
    __name__,
    routes=(
        post(
            "webhook.change",
            f"{_WEBHOOK}/rotation",
            keeping.rotate,
            name="rotate_webhook_secret",
            creates=True,
            reply=schemas.WithSecret,
            status=201,
        ),
        get("webhook.read", _WEBHOOK, keeping.shown, name="show_webhook", reply=schemas.ShownWebhook),
        delete("webhook.change", _WEBHOOK, keeping.remove, name="remove_webhook", status=204),
        post("webhook.send", f"{_WEBHOOK}/test", keeping.test, name="test_webhook", status=202),
        post("webhook.send", f"{_WEBHOOK}/redelivery", keeping.redeliver, status=202),
        post("webhook.change", f"{_WEBHOOK}/resumption", keeping.resume, name="resume_webhook", changes=True),
        get("webhook.read", _WEBHOOKS, keeping.listed, name="webhooks_of_agency", reply=schemas.WebhookList),
        get(
            "webhook.read",
            f"{_WEBHOOK}/attempts",
            keeping.attempts,
            name="webhook_attempts",
            query=PAGE,
            reply=schemas.AttemptPage,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    loops=(
        lambda database, _emits, _feeds: loop.Deliveries(database),
        lambda database, emits, _feeds: behind.Behind(database, emits, loop.real_time),
    ),
    expiring=keeping.EXPIRING,
)
