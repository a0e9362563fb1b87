"""Bodies about who the person is: stored sealed, and never repeated in an error or an address."""

from marshmallow import fields, validate

from services.intake.case.schemas import Body, SingleLine
from shared.events.contract import Code, Codes, Flag, PartialDay
from shared.reference import codes
from shared.reference.periods import FIRST_YEAR, LAST_YEAR

LONGEST_NAME = 200
LONGEST_ADDRESS = 1_000


class ChangeName(Body):
    """The person has another name."""

    kind = Code(codes("name_kind"), required=True)
    name = SingleLine(LONGEST_NAME, required=True)
    since = PartialDay(load_default=None, allow_none=True)


class Name(ChangeName):
    """A name, and when it was theirs."""

    until = PartialDay(load_default=None, allow_none=True)


class Birth(Body):
    """When somebody was born, as far as it is known, and whether their age is disputed."""

    date = PartialDay(load_default=None, allow_none=True)
    disputed = Flag(load_default=False)


class Reach(Body):
    """Where somebody can be reached. Whether that is safe is another question: see safe contact."""

    phone = SingleLine(LONGEST_NAME, load_default=None, allow_none=True)
    email = SingleLine(LONGEST_NAME, load_default=None, allow_none=True)
    address = SingleLine(LONGEST_ADDRESS, load_default=None, allow_none=True)


class RecordPerson(Body):
    """Who the person is. A part that is given takes the place of what was stored; null takes it away."""

    names = fields.List(fields.Nested(Name), validate=validate.Length(max=50), allow_none=True)
    birth = fields.Nested(Birth, allow_none=True)
    gender = Code(codes("gender"), allow_none=True)
    nationalities = Codes(codes("nationality"), allow_none=True)
    contact = fields.Nested(Reach, allow_none=True)


class Search(Body):
    """A name as it was heard or written, and perhaps the year of birth."""

    name = SingleLine(LONGEST_NAME, required=True)
    birth_year = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(FIRST_YEAR, LAST_YEAR)
    )


class IndexAnew(Body):
    """`next` of the page before; null at the beginning."""

    after = fields.UUID(load_default=None, allow_none=True)
