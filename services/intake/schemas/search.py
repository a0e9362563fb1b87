"""The body of a search. What is searched for stands in no address, and is kept nowhere."""

from marshmallow import fields, validate

from services.intake.schemas.body import Body
from services.intake.schemas.persons import LONGEST_NAME, Words
from shared.reference.periods.dates import FIRST_YEAR, LAST_YEAR


class Search(Body):
    """A name as it was heard or written, and perhaps the year of birth."""

    name = Words(LONGEST_NAME, required=True)
    birth_year = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(FIRST_YEAR, LAST_YEAR)
    )


class IndexAnew(Body):
    """`next` of the page before; null at the beginning."""

    after = fields.UUID(load_default=None, allow_none=True)
