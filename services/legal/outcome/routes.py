"""The route of the counts of how far people came."""

from services.legal.outcome import actions, schemas
from shared.http import Call, Reply, route


@route("GET", "/v1/justice-outcomes", action="outcome.read", reply=schemas.JusticeOutcomes)
def justice_outcomes(call: Call) -> Reply:
    """Return how many had advice, a decision, an award and its money, and after how long; no small number."""
    return Reply(actions.outcomes(call.session))
