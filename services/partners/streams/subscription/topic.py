"""Routes for the subscriptions of an agency."""

from typing import Final

from services.partners.streams.subscription import actions, rules, schemas
from shared.http import bind, get
from shared.runtime.topics import Topic

_SUBSCRIPTION: Final = "/v1/agencies/<uuid:agency>/subscription"


TOPIC: Final = Topic(
    __name__,
    routes=(
        bind("PUT", "subscription.change", _SUBSCRIPTION, actions.subscribe, sets=True),
        get(
            "subscription.read",
            _SUBSCRIPTION,
            actions.shown,
            name="show_subscription",
            reply=schemas.ShownSubscription,
        ),
    ),
    access=rules.ACCESS,
)
