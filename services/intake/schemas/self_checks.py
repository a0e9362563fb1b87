"""Bodies about the self-check, and about the accounts that people give."""

from marshmallow import fields, validate

from services.intake.schemas.body import Body
from shared.events.contract import Code, Codes, Day, Flag
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


class RecordAccount(Body):
    """A person gave an account, to us or elsewhere; if not for the first time, why once more."""

    elsewhere = Flag(load_default=False)
    reason = Code(codes("account_reason"), load_default=None, allow_none=True)
    given_on = Day()
