"""Bodies of requests about the retention of closed cases."""

from marshmallow import fields, validate

from services.intake.case.schemas import Body
from services.intake.retention import rules
from shared.events.contract import Code, Day
from shared.reference import JURISDICTIONS, codes


class ChooseFigure(Body):
    """After how many years a closed case is looked at."""

    jurisdiction = Code(JURISDICTIONS, required=True)
    record_class = fields.String(validate=validate.OneOf(rules.CLASSES), required=True)
    years = fields.Integer(strict=True, validate=validate.Range(0, rules.LONGEST_YEARS), required=True)


class KeepCase(Body):
    """A closed case is kept until a day."""

    record_class = fields.String(validate=validate.OneOf(rules.CLASSES), required=True)
    reason = Code(codes("retention_reason"), required=True)
    keep_until = Day(required=True)
