"""The route of the counts of how far people came."""

from typing import Final

from services.legal.outcome import actions, schemas
from shared.http import get

ROUTES: Final = (
    get(
        "outcome.read", "/v1/justice-outcomes", actions.outcomes, name="justice_outcomes", reply=schemas.JusticeOutcomes
    ),
)
