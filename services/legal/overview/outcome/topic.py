"""The route of outcome statistics."""

from typing import Final

from services.legal.overview.outcome import actions, rules, schemas
from shared.http import get
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "outcome.read",
            "/v1/justice-outcomes",
            actions.outcomes,
            name="justice_outcomes",
            reply=schemas.JusticeOutcomes,
        ),
    ),
    access=rules.ACCESS,
)
