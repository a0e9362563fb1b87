"""Events about the work list."""

from marshmallow import Schema

from shared.events.contract import Code, Read


class AssessmentCompleted(Schema):
    """Of support's assessment, intake needs the overall risk, to order its work."""

    overall_risk = Code(required=True)


READS = (Read("support.assessment.completed", AssessmentCompleted),)
