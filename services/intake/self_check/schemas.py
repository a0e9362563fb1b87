"""Bodies of requests about the self-check."""

from marshmallow import fields, validate

from services.intake.case.schemas import Body
from shared.events.contract import Code, Codes, Flag
from shared.reference import codes

#: A code as people type it, with spaces and small letters.
LONGEST_CODE = 64


class CheckSelf(Body):
    """Answers by indicator, from anybody; none is kept."""

    language = Code(codes("language"), required=True)
    answers = fields.Dict(
        keys=Code(codes("ilo_forced_labour_indicator").parts[0].values),
        values=Code(codes("self_check_answer").parts[0].values),
        required=True,
    )
    return_code = Flag(load_default=False)


class ComeBack(Body):
    """A return code, and what this visit asks about."""

    code = fields.String(required=True, validate=validate.Length(1, LONGEST_CODE))
    topics = Codes(codes("information_topic"), load_default=list)
