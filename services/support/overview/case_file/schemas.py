"""The support file of a case, the person's copy of it, and its timeline at support."""

from services.support.cases.note.schemas import Note
from services.support.cases.safety.schemas import SafetyPlan
from services.support.cases.task.schemas import Task
from services.support.counselling.aim.schemas import CounsellingAim
from services.support.counselling.attendance.schemas import CounsellingSession
from services.support.counselling.counselling.schemas import CounsellingRequest, Course, Pause
from services.support.counselling.measure.schemas import Measure
from services.support.help.delivery.schemas import Delivery, UrgentNeed
from services.support.help.dependant.schemas import Dependant
from services.support.help.entitlement.schemas import Entitlement, EntitlementProposal, Recovery
from services.support.help.placement.schemas import Placement
from services.support.help.plan.schemas import Goal, Plan
from services.support.help.practical_help.schemas import PracticalHelp
from services.support.risks.alert.schemas import Alert, AlertCall, AlertReason
from services.support.risks.assessment.schemas import Assessment, AssessmentShare
from services.support.risks.missing.schemas import Absence
from services.support.risks.move_on.schemas import CheckIn, Transition
from shared.access.views import Copied, part, parts
from shared.casework.corrections import Correction
from shared.casework.schemas import FollowedCaseView
from shared.casework.timeline_view import TimelineView
from shared.http import shown_case


class SupportFile(FollowedCaseView):
    """The support file of a case."""

    actions = shown_case.actions()
    etags = shown_case.etags()
    recovery = part(Recovery, Copied("recovery"))
    urgent_needs = parts(UrgentNeed, Copied("urgent_need"))
    services = parts(Delivery, Copied("service"))
    assessments = parts(Assessment, Copied("assessment"))
    assessment_shares = parts(AssessmentShare, Copied("assessment"))
    safety_plans = parts(SafetyPlan, Copied("safety_plan"))
    goals = parts(Goal, Copied("goal"))
    absences = parts(Absence, Copied("absence"))
    tasks = parts(Task)
    measures = parts(Measure, Copied("measure"))
    plans = parts(Plan, Copied("plan"))
    counselling = parts(Course, Copied("counselling"))
    counselling_pauses = parts(Pause, Copied("counselling_pause"))
    counselling_aims = parts(CounsellingAim, Copied("counselling_aim"))
    counselling_sessions = parts(CounsellingSession, Copied("counselling_session"))
    counselling_requests = parts(CounsellingRequest, Copied("counselling_request"))
    placements = parts(Placement, Copied("placement"))
    practical_help = parts(PracticalHelp, Copied("practical_help"))
    dependants = parts(Dependant, Copied("dependant", third_parties=True))
    entitlements = parts(Entitlement, Copied("entitlement"))
    entitlement_proposals = parts(EntitlementProposal, Copied("entitlement"))
    transitions = parts(Transition, Copied("transition"))
    check_ins = parts(CheckIn, Copied("check_in"))
    alerts = parts(Alert, Copied("alert"))
    alert_reasons = parts(AlertReason, Copied("alert"))
    alert_calls = parts(AlertCall, Copied("alert_call"))
    corrections = parts(Correction)


class SupportCopy(SupportFile):
    """The copy of the support file that the person can request."""

    # Notes are also about family, friends and threats.
    notes = parts(Note, Copied("support_note", third_parties=True))


class CaseTimeline(TimelineView):
    """The timeline of a case at support, the newest entry first."""

    drawn_from = SupportFile
