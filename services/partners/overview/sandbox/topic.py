"""Routes for sandboxes."""

from typing import Final

from services.partners.overview.sandbox import actions, rules, schemas
from shared.http import post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        post(
            "sandbox.make",
            "/v1/sandboxes",
            actions.make,
            name="make_sandbox",
            creates=True,
            reply=schemas.MadeSandbox,
        ),
        post(
            "sandbox.play",
            "/v1/agencies/<uuid:agency>/fictitious-cases",
            actions.play_fictitious_cases,
            reply=schemas.Played,
        ),
    ),
    access=rules.ACCESS,
)
