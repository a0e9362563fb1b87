"""The event about an assessment."""

from typing import Final

from marshmallow import Schema

from services.support.cases.case.models import SCORES
from services.support.risks.assessment.models import Assessment
from services.support.risks.assessment.rules import ONLY_WHETHER_URGENT
from shared.access.declarations import declare, field_of, not_null, omittable
from shared.access.permissions import FieldClass
from shared.casework.corrections import REVISION
from shared.events.audience import SAID_TOO_MUCH, inside, person
from shared.events.contract import Code, Day, EventType, Flag, Reference
from shared.events.older import not_offered
from shared.events.openings import HEALTH
from shared.reference import codes

_BASIC = FieldClass.BASIC


class AssessmentCompleted(Schema):
    """An assessment was made: the day of the next one, and whether a member has to act. Nothing else of its result.

    After a correction, the valid assessment is published again: the latest one that was not withdrawn.
    """

    assessment = declare(Reference(), _BASIC, "The assessment.")
    assessment_type = declare(Code(codes("assessment_type")), _BASIC, "Whether it was the first or made again.")
    urgent = declare(Flag(), _BASIC, "Whether immediate action is needed. Only readers of the case see the reason.")
    reassess_on = declare(Day(), _BASIC, "The day by which it is made again.")
    revision = omittable(REVISION)


class FormerAssessmentCompleted(Schema):
    """The former version of the event, with the overall risk and the names of domains."""

    assessment = field_of(Assessment.id)
    assessment_type = field_of(Assessment.type)
    overall_risk = field_of(Assessment.overall_risk)
    domains_at_or_above_3 = field_of(Assessment.high_domains)
    domains_unasked = omittable(not_null(Assessment.unasked_domains))
    assessed_on = field_of(Assessment.assessed_on)
    reassess_on = field_of(Assessment.reassess_on)
    revision = omittable(field_of(Assessment.revision))


#: Whether an assessment is urgent follows from its scores.
_OF_A_SCORE: Final = {"urgent": SCORES}
EVENTS = (
    EventType(
        "assessment.completed",
        FormerAssessmentCompleted,
        "support",
        "Needs and risks were assessed with the person. Retired: only in old logs.",
        too_much=True,
        audience=inside(SAID_TOO_MUCH),
    ),
    EventType(
        "assessment.completed",
        AssessmentCompleted,
        "support",
        "Needs and risks were assessed with the person.",
        version=ONLY_WHETHER_URGENT,
        audience=person(HEALTH, _OF_A_SCORE),
        older=(not_offered(1, SAID_TOO_MUCH),),
    ),
)
