"""The events of legal and support that due items are derived from: periods, requests, reviews, needs and alerts."""

from typing import Any, Final

from marshmallow import Schema, post_load

from shared import deadlines
from shared.events.contract import Code, Codes, Count, Day, Flag, Instant, Moment, Read, Reference
from shared.events.kinds import BoundedList

#: The overall risk in the first version that requires immediate action.
URGENT: Final = "urgent"
#: The most facts that the question about a period can have.
MOST_FACTS: Final = 100
#: The most members that a task in a matter can name.
MOST_MEMBERS: Final = 100


class ClockView(Schema):
    """An event of a period: the whole state, or the smaller set of fields of earlier releases."""

    clock = Reference(required=True)
    code = Code(required=True)
    kind = Code(required=True)
    jurisdiction = Code(allow_none=True)
    rule_version = Code(allow_none=True)
    state = Code(allow_none=True)
    began = Moment(allow_none=True)
    began_on = Day(allow_none=True)
    due_on = Day(allow_none=True)
    due_at = Instant(allow_none=True)
    other_due_on = Day(allow_none=True)
    certainty = Code(allow_none=True)
    doubts = Codes(load_default=list)
    ask_about = BoundedList(Reference(), MOST_FACTS, load_default=list)
    birthday = Count(allow_none=True)


class ReconsiderationRequested(Schema):
    """An authority was asked to reconsider its negative decision."""

    stage = Code(required=True)
    requested_on = Day(required=True)


class AdviceRequested(Schema):
    """A person waits for legal advice since a day."""

    request = Reference(required=True)
    asked_on = Day(required=True)


class AdviceRequestEnded(Schema):
    """A request for advice has ended."""

    request = Reference(required=True)


class FollowUpPlanned(Schema):
    """A task after advice, with its due day."""

    follow_up = Reference(required=True)
    due_on = Day(required=True)


class FollowUpDone(Schema):
    """A task after advice is done."""

    follow_up = Reference(required=True)


class UrgentNeedNoted(Schema):
    """Urgent needs. The first releases did not state the day."""

    needs = Codes(required=True)
    noted_on = Day(load_default=None, allow_none=True)
    #: The id of a need whose kind or day was corrected. Other events do not state it.
    need = Reference(load_default=None)


class UrgentNeedView(Schema):
    """An urgent need that is open again, or was recorded wrongly."""

    need = Reference(required=True)
    service_type = Code(required=True)
    noted_on = Day(required=True)


class UrgentNeedMet(UrgentNeedView):
    """A service meets an urgent need."""

    met_on = Day(load_default=None)


class ServiceDelivered(Schema):
    """A delivered service, and whether it met an urgent need."""

    service_type = Code(required=True)
    delivered_on = Day(load_default=None)
    met_urgent_need = Flag(required=True)
    #: The first releases did not state it.
    revision = Count(load_default=None)


class PlanAgreed(Schema):
    """A plan, with the day of its review."""

    plan = Reference(required=True)
    review_on = Day(allow_none=True)


class RecordCorrected(Schema):
    """A record of support was corrected. If it is still valid, an event of its type follows."""

    record = Reference(required=True)
    record_class = Code(required=True)


class AssessmentCompleted(Schema):
    """An assessment of support: whether immediate action is needed, for the order of work, and the day of the next one.

    Nothing else is stored, also not from earlier versions.
    """

    urgent = Flag(required=True)
    assessment_type = Code(load_default=None, allow_none=True)
    reassess_on = Day(load_default=None, allow_none=True)


class FormerAssessmentCompleted(Schema):
    """The same in the first version, which stated the overall risk."""

    overall_risk = Code(required=True)
    assessment_type = Code(load_default=None, allow_none=True)
    reassess_on = Day(load_default=None, allow_none=True)

    @post_load
    def without_risk(self, data: dict[str, Any], **_options: object) -> dict[str, Any]:
        """Replace the overall risk by whether immediate action is needed."""
        return {**data, "urgent": data.pop("overall_risk") == URGENT}


class AlertView(Schema):
    """An alert. The first releases did not state when it was raised."""

    alert = Reference(required=True)
    raised_at = Instant(load_default=None, allow_none=True)
    by_assessment = Flag(load_default=False)


class TaskView(Schema):
    """A task of support's workers, with its due day, or a task that is done."""

    task = Reference(required=True)
    kind = Code(required=True)
    due_on = Day(load_default=None, allow_none=True)


class MatterTaskView(Schema):
    """A task in a matter, only for the named members."""

    task = Reference(required=True)
    kind = Code(required=True)
    due_on = Day(required=True, allow_none=True)
    unclear = Flag(required=True)
    members = BoundedList(Reference(), MOST_MEMBERS, required=True)


class MatterTaskDone(Schema):
    """A task in a matter is done."""

    task = Reference(required=True)


class HearingHelpView(Schema):
    """Help that support has to arrange, and the day on which it is needed."""

    help = Reference(required=True)
    arrangement = Code(required=True)
    needed_on = Day(required=True)


class HearingHelpDone(Schema):
    """The help is arranged or not needed further."""

    help = Reference(required=True)


class AwardTaskView(Schema):
    """Awarded money that is awaited, with the day of the next action, if there is one."""

    award = Reference(required=True)
    remedy = Code(required=True)
    due_on = Day(required=True, allow_none=True)


class AwardTaskDone(Schema):
    """Awarded money was paid or is not awaited further."""

    award = Reference(required=True)


#: Intake reads all of legal's events about periods.
_CLOCKS = tuple(Read(f"legal.{event.name}", ClockView, event.version) for event in deadlines.EVENTS)


class ConflictFound(Schema):
    """A conflict of interest that supervisors decide, with its first day and due day."""

    conflict = Reference(required=True)
    found_on = Day(required=True)
    decide_by = Day(required=True)


class ConflictView(Schema):
    """A conflict of interest that waits too long, or was decided."""

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
    Read("support.urgent_need.met", UrgentNeedMet),
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
