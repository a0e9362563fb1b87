"""Routes for agencies' webhooks: endpoints, delivery attempts and redelivery."""

from functools import partial
from typing import Final
from uuid import UUID

from services.partners.channels.delivery import actions, rules, schemas
from shared.http import CallWith, Preparing, Reply, check_unchanged, delete, get, post, route
from shared.http.paging import PAGE
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


@route("PATCH", _WEBHOOK, action="webhook.change", body=schemas.ChangeWebhook, changes=True, prepare=_checked_url)
def change_webhook(call: CallWith[schemas.ChangeWebhook]) -> Reply:
    """Change a webhook's URL, or pause it; omitted fields stay unchanged."""
    agency, webhook = call.path["agency"], call.path["webhook"]
    matches = partial(check_unchanged, call.if_match)
    version = actions.change(call.session, agency, webhook, call.command, call.prepared, matches)
    return Reply({"id": webhook}, version=version, about=agency)


TOPIC: Final = Topic(
    __name__,
    routes=(
        post(
            "webhook.change",
            f"{_WEBHOOK}/rotation",
            actions.rotate,
            name="rotate_webhook_secret",
            creates=True,
            reply=schemas.WithSecret,
            status=201,
        ),
        get("webhook.read", _WEBHOOK, actions.shown, name="show_webhook", reply=schemas.ShownWebhook),
        delete("webhook.change", _WEBHOOK, actions.remove, name="remove_webhook", status=204),
        post("webhook.send", f"{_WEBHOOK}/test", actions.test, name="test_webhook", status=202),
        post("webhook.send", f"{_WEBHOOK}/redelivery", actions.redeliver, status=202),
        post("webhook.change", f"{_WEBHOOK}/resumption", actions.resume, name="resume_webhook", changes=True),
        get("webhook.read", _WEBHOOKS, actions.listed, name="webhooks_of_agency", reply=schemas.WebhookList),
        get(
            "webhook.read",
            f"{_WEBHOOK}/attempts",
            actions.attempts,
            name="webhook_attempts",
            query=PAGE,
            reply=schemas.AttemptPage,
        ),
    ),
    access=rules.ACCESS,
    loops=(lambda database, _emits, _feeds: actions.Deliveries(database),),
    expiring=actions.EXPIRING,
)
