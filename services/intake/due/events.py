"""What is read of legal and support: their periods, requests, reviews, needs and alerts."""

from typing import Any, Final

from marshmallow import Schema, post_load

from shared import deadlines
from shared.events.bounded import BoundedList
from shared.events.contract import Code, Codes, Count, Day, Flag, Instant, Moment, Read, Reference

#: The overall risk of the first version at which somebody has to act at once.
URGENT: Final = "urgent"
#: As many facts as the question about a period can be about.
MOST_FACTS: Final = 100
#: As many as may be named with something that waits in a matter.
MOST_MEMBERS: Final = 100


class ClockView(Schema):
    """A period as an event of it says: the whole state, or only what the events of earlier releases said."""

    clock = Reference(required=True)
    code = Code(required=True)
    kind = Code(required=True)
    state = Code(allow_none=True)
    began = Moment(allow_none=True)
    began_on = Day(allow_none=True)
    due_on = Day(allow_none=True)
    other_due_on = Day(allow_none=True)
    certainty = Code(allow_none=True)
    doubts = Codes(load_default=list)
    ask_about = BoundedList(Reference(), MOST_FACTS, load_default=list)
    birthday = Count(allow_none=True)


class ReconsiderationRequested(Schema):
    """An authority was asked to look at its negative decision again."""

    stage = Code(required=True)
    requested_on = Day(required=True)


class AdviceRequested(Schema):
    """Somebody waits for legal advice, since when."""

    request = Reference(required=True)
    asked_on = Day(required=True)


class AdviceRequestEnded(Schema):
    """Which request has ended."""

    request = Reference(required=True)


class FollowUpPlanned(Schema):
    """Something is to be done after advice, by when."""

    follow_up = Reference(required=True)
    due_on = Day(required=True)


class FollowUpDone(Schema):
    """What is done."""

    follow_up = Reference(required=True)


class UrgentNeedNoted(Schema):
    """Needs that can't wait; the first releases did not say since when."""

    needs = Codes(required=True)
    noted_on = Day(load_default=None, allow_none=True)


class UrgentNeedView(Schema):
    """An urgent need that was met, is open again, or was recorded wrongly."""

    service_type = Code(required=True)
    noted_on = Day(required=True)


class ServiceDelivered(Schema):
    """A service, and whether it met an urgent need."""

    service_type = Code(required=True)
    met_urgent_need = Flag(required=True)


class PlanAgreed(Schema):
    """A plan, and when it is looked at again."""

    plan = Reference(required=True)
    review_on = Day(allow_none=True)


class RecordCorrected(Schema):
    """A record of support was put right; what it says now, if it counts still, follows by an event of its own kind."""

    record = Reference(required=True)
    record_class = Code(required=True)


class AssessmentCompleted(Schema):
    """Of support's assessment, intake needs whether somebody has to act, to order its work, and when it is done again.

    Nothing else is taken over, also of what earlier events said.
    """

    urgent = Flag(required=True)
    assessment_type = Code(load_default=None, allow_none=True)
    reassess_on = Day(load_default=None, allow_none=True)


class FormerAssessmentCompleted(Schema):
    """The same of the first version, which named the overall risk."""

    overall_risk = Code(required=True)
    assessment_type = Code(load_default=None, allow_none=True)
    reassess_on = Day(load_default=None, allow_none=True)

    @post_load
    def without_risk(self, data: dict[str, Any], **_options: object) -> dict[str, Any]:
        """Leave of the overall risk whether somebody has to act."""
        return {**data, "urgent": data.pop("overall_risk") == URGENT}


class AlertView(Schema):
    """Which alert it is; the first releases did not say when it was raised."""

    alert = Reference(required=True)
    raised_at = Instant(load_default=None, allow_none=True)
    by_assessment = Flag(load_default=False)


class TaskView(Schema):
    """Something that workers of support have to see to, by a day, or that was seen to."""

    task = Reference(required=True)
    kind = Code(required=True)
    due_on = Day(load_default=None, allow_none=True)


class MatterTaskView(Schema):
    """Something that waits in a matter, for those alone who are named."""

    task = Reference(required=True)
    kind = Code(required=True)
    due_on = Day(required=True, allow_none=True)
    unclear = Flag(required=True)
    members = BoundedList(Reference(), MOST_MEMBERS, required=True)


class MatterTaskDone(Schema):
    """What of that was seen to."""

    task = Reference(required=True)


class HearingHelpView(Schema):
    """What somebody of support has to arrange, and the day on which it has to be there."""

    help = Reference(required=True)
    arrangement = Code(required=True)
    needed_on = Day(required=True)


class HearingHelpDone(Schema):
    """What of that is arranged, or not needed any more."""

    help = Reference(required=True)


class AwardTaskView(Schema):
    """Money that is to come, and by when somebody sees to it, where there is a day."""

    award = Reference(required=True)
    remedy = Code(required=True)
    due_on = Day(required=True, allow_none=True)


class AwardTaskDone(Schema):
    """Which money has come, or is not awaited any more."""

    award = Reference(required=True)


#: Every event of a period that legal may emit has a reader.
_CLOCKS = tuple(Read(f"legal.{event.name}", ClockView, event.version) for event in deadlines.EVENTS)


class ConflictFound(Schema):
    """A conflict of interest that supervisors decide, since when and by when."""

    conflict = Reference(required=True)
    found_on = Day(required=True)
    decide_by = Day(required=True)


class ConflictView(Schema):
    """Which conflict of interest waits too long, or was decided."""

    conflict = Reference(required=True)


READS = (
    *_CLOCKS,
    Read("legal.conflict.found", ConflictFound),
    Read("legal.conflict.escalated", ConflictView),
    Read("legal.conflict.decided", ConflictView),
    Read("legal.reconsideration.requested", ReconsiderationRequested),
    Read("legal.advice.requested", AdviceRequested),
    Read("legal.advice.request_ended", AdviceRequestEnded),
    Read("legal.advice.follow_up_planned", FollowUpPlanned),
    Read("legal.advice.follow_up_done", FollowUpDone),
    Read("legal.matter_task.set", MatterTaskView),
    Read("legal.matter_task.done", MatterTaskDone),
    Read("legal.award_task.set", AwardTaskView),
    Read("legal.award_task.done", AwardTaskDone),
    Read("legal.hearing_help.set", HearingHelpView),
    Read("legal.hearing_help.done", HearingHelpDone),
    Read("support.urgent_need.noted", UrgentNeedNoted),
    Read("support.urgent_need.met", UrgentNeedView),
    Read("support.urgent_need.reopened", UrgentNeedView),
    Read("support.urgent_need.withdrawn", UrgentNeedView),
    Read("support.service.delivered", ServiceDelivered),
    Read("support.plan.agreed", PlanAgreed),
    Read("support.record.corrected", RecordCorrected),
    Read("support.assessment.completed", FormerAssessmentCompleted),
    Read("support.assessment.completed", AssessmentCompleted, 2),
    Read("support.alert.raised", AlertView),
    Read("support.alert.escalated", AlertView),
    Read("support.alert.acknowledged", AlertView),
    Read("support.alert.returned", AlertView),
    Read("support.alert.ended", AlertView),
    Read("support.task.set", TaskView),
    Read("support.task.done", TaskView),
)
CLOCKS = frozenset(read.key for read in _CLOCKS)
