"""Bodies of the requests about counselling."""

from marshmallow import Schema

from shared.events.contract import Code, Day
from shared.reference import codes


class StartCounselling(Schema):
    """A course of counselling that begins."""

    modality = Code(codes("counselling_modality"), required=True)
    started_on = Day()


class EndCounselling(Schema):
    """The end of a course."""

    reason = Code(codes("counselling_end_reason"), required=True)
    ended_on = Day()
