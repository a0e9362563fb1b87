"""The views of outcome statistics."""

from services.legal.overview.outcome import rules
from shared.access.declarations import declare, nullable
from shared.access.views import View, parts
from shared.events.contract import Code, Count
from shared.reference import JURISDICTIONS, codes

CASES = declare(nullable(Count()), None, "How many people it is asked of; null: too few to be shown.", example=120)


class StepReached(View):
    """The number of people with a step, and after how long. Null: the number could reveal something about a person."""

    step = declare(
        Code((*rules.OF_PLACE, *rules.OF_REMEDY)),
        None,
        "The result: advice, an authority's decision, an award, or a payment.",
        example="advice",
    )
    cases = declare(nullable(Count()), None, "How many ever had it.", example=60)
    share = declare(nullable(Count()), None, "The share of all people in question, in percent.", example=50)
    median_days = declare(nullable(Count()), None, "Days from the first contact, of half of them.", example=21)


class PlaceOutcome(View):
    """Advice and decisions in one jurisdiction."""

    jurisdiction = declare(Code(JURISDICTIONS), None, "By the law of which jurisdiction.", example="NL")
    cases = CASES
    steps = parts(StepReached)


class RemedyOutcome(View):
    """The results of one remedy, for people with a claim or an award."""

    remedy = declare(Code(codes("remedy")), None, "The remedy.")
    jurisdiction = declare(Code(JURISDICTIONS), None, "By the law of which jurisdiction.", example="NL")
    cases = CASES
    steps = parts(StepReached)


class JusticeOutcomes(View):
    """Outcome statistics by jurisdiction and by remedy."""

    places = parts(PlaceOutcome)
    remedies = parts(RemedyOutcome)
    smallest_shown = declare(Count(), None, "The smallest number that is shown.", example=rules.SMALLEST)
