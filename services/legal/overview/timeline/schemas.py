"""The timeline of a case at legal, and what it is made of."""

from services.legal.overview.case_file.schemas import LegalFile
from shared.access.declarations import omittable, or_null
from shared.access.views import View, parts
from shared.casework import fact_schemas as fact
from shared.casework.timeline_view import TimelineView


class DatedFact(View):
    """What the timeline shows of a fact that legal recorded."""

    id = fact.FACT
    kind = fact.KIND
    happened = fact.HAPPENED
    until = omittable(fact.UNTIL)
    clock = omittable(fact.CLOCK)
    stage = omittable(fact.STAGE)
    outcome = omittable(fact.OUTCOME)
    remedy = omittable(fact.REMEDY)
    offender = omittable(fact.OFFENDER)
    right = omittable(fact.RIGHT)
    ground = omittable(fact.GROUND)
    withdrawn = fact.WITHDRAWN
    reason = or_null(fact.REASON)
    recorded_at = fact.RECORDED_AT
    recorded_by = fact.RECORDED_BY


class TimelineFile(LegalFile):
    """The file with the facts of the case, which the same people read by a route of their own."""

    facts = parts(DatedFact)


class CaseTimeline(TimelineView):
    """The timeline of a case at legal, the newest entry first."""

    drawn_from = TimelineFile
