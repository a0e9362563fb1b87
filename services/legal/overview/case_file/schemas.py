"""The views of the legal file, of the person's copy of it, and of the timeline."""

from marshmallow import fields

from services.legal.cases.advice.schemas import Advice, AdviceRequest, FollowUp, RightExplained
from services.legal.cases.identification.schemas import IdentificationStep
from services.legal.cases.reconsideration.schemas import Reconsideration
from services.legal.compensation.award.schemas import AwardState, ExactAward
from services.legal.compensation.fact.schemas import Fact
from services.legal.compensation.matter.schemas import Matter
from services.legal.matters.note.schemas import Note
from shared.access.declarations import declare, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, parts
from shared.casework import corrections
from shared.casework import fact_schemas as fact
from shared.casework.schemas import FollowedCaseView
from shared.casework.timeline_view import TimelineView
from shared.deadlines import Deadline
from shared.http import shown_case

PUT_RIGHT = declare(
    nullable(fields.Dict(keys=fields.String())),
    FieldClass.PRIVILEGED,
    "The previous values of the changed fields.",
)


class Correction(corrections.Correction):
    """The earlier values of a corrected record, which only the person's own advisers see."""

    was = PUT_RIGHT


class LegalFile(FollowedCaseView):
    """A case's legal file."""

    actions = shown_case.actions()
    etags = shown_case.etags()
    advice = parts(Advice, Copied("legal_advice"))
    advice_requests = parts(AdviceRequest, Copied("legal_advice"))
    follow_ups = parts(FollowUp, Copied("legal_advice"))
    rights_explained = parts(RightExplained, Copied("legal_advice"))
    clocks = parts(Deadline, Copied("deadline"))
    matters = parts(Matter, Copied("compensation"))
    awards = parts(AwardState, Copied("award"))
    reconsiderations = parts(Reconsideration, Copied("reconsideration"))
    corrections = parts(Correction)
    identification = parts(IdentificationStep, Copied("identification"))


class LegalCopy(LegalFile):
    """The copy that the person receives from legal."""

    awards = parts(ExactAward, Copied("award"))
    facts = parts(Fact, Copied("deadline"))
    notes = parts(Note, Copied("legal_note", privileged=True))


class DatedFact(View):
    """The fields of a recorded fact that the timeline shows."""

    id = fact.FACT
    kind = fact.KIND
    happened = fact.HAPPENED
    until = omittable(fact.UNTIL)
    clock = omittable(fact.CLOCK)
    stage = omittable(fact.STAGE)
    outcome = omittable(fact.OUTCOME)
    remedy = omittable(fact.REMEDY)
    offender = omittable(fact.OFFENDER)
    result = omittable(fact.RESULT)
    right = omittable(fact.RIGHT)
    ground = omittable(fact.GROUND)
    withdrawn = fact.WITHDRAWN
    reason = or_null(fact.REASON)
    recorded_at = fact.RECORDED_AT
    recorded_by = fact.RECORDED_BY


class TimelineFile(LegalFile):
    """The file with the facts of the case, which the same readers get from a separate route."""

    facts = parts(DatedFact)


class CaseTimeline(TimelineView):
    """The timeline of a case at legal, newest entry first."""

    drawn_from = TimelineFile
