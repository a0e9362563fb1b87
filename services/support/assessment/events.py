"""The event about an assessment."""

from typing import Final

from marshmallow import Schema

from services.support.assessment import schemas
from services.support.assessment.rules import ONLY_WHETHER_URGENT
from services.support.case import schemas as case
from shared.access.declarations import declare, omittable
from shared.access.permissions import FieldClass
from shared.casework.corrections import REVISION
from shared.events.audience import SAID_TOO_MUCH, inside, person
from shared.events.contract import Code, Day, EventType, Flag, Reference
from shared.events.older import not_offered
from shared.events.openings import HEALTH
from shared.reference import codes

_BASIC = FieldClass.BASIC


class AssessmentCompleted(Schema):
    """That an assessment was made, when it is made again, and whether somebody has to act; of its finding no more.

    Once one was put right, the assessment that counts then is told again, the latest of those that stand.
    """

    assessment = declare(Reference(), _BASIC, "The assessment.")
    assessment_type = declare(Code(codes("assessment_type")), _BASIC, "Whether it was the first or made again.")
    urgent = declare(Flag(), _BASIC, "Whether somebody has to act at once; in what, is for those who see the case.")
    reassess_on = declare(Day(), _BASIC, "The day by which it is made again.")
    revision = omittable(REVISION)


class FormerAssessmentCompleted(Schema):
    """The same, with the overall risk and the names of domains."""

    assessment = schemas.ASSESSMENT
    assessment_type = schemas.TYPE
    overall_risk = schemas.OVERALL_RISK
    domains_at_or_above_3 = schemas.HIGH_DOMAINS
    domains_unasked = omittable(schemas.UNASKED_DOMAINS)
    assessed_on = schemas.ASSESSED_ON
    reassess_on = schemas.REASSESS_ON
    revision = omittable(case.REVISION)


#: Whether somebody has to act at once is what the answers' scores come to.
_OF_A_SCORE: Final = {"urgent": "psychological_scores"}
EVENTS = (
    EventType(
        "assessment.completed",
        FormerAssessmentCompleted,
        "support",
        "Needs and risks were assessed with the person. No longer emitted, and read for ever.",
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
