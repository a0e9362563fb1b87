"""The views of the summary of a case on a list, and of a search.

A search contains the summary of each case if the caller requests it.
"""

from typing import Final

from marshmallow import fields

from services.intake.cases.summary.rules import NAME_STATES
from services.intake.facts.case.models import Case
from services.intake.facts.case.schemas import NUMBER
from services.intake.facts.identity.schemas import NameMatch, NameMatches
from services.intake.path.identification.schemas import STATUS
from shared.access.declarations import declare, field_of, nullable, omittable
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Code, Instant, Reference
from shared.http import Query
from shared.http.paging import NAMES

#: The query by which a list is asked for the summary of each case.
WITH_NAMES: Final[Query] = (
    "with",
    {"type": "string", "enum": [NAMES]},
    "`names`: the summary of each case: the person's name, the stage and who leads it",
)

PERSON_NAME = declare(
    nullable(fields.String()),
    FieldClass.IDENTITY,
    "The person's name in one line, without former names. `name_state` says why there is none.",
    example="Ana, fictitious",
)

NAME_STATE = declare(
    Code(NAME_STATES),
    FieldClass.BASIC,
    "Whether the name is shown, not recorded, hidden from this reader, or cannot be read because its key is lost.",
)

CHANGED_AT = declare(
    nullable(Instant()), FieldClass.BASIC, "When the case last changed in a way that other services receive."
)


class Lead(View):
    """A member of staff who leads the case, or is on its team."""

    member = declare(Reference(), FieldClass.BASIC, "The member of staff.", staff=True)
    name = declare(
        nullable(fields.String()),
        FieldClass.BASIC,
        "Their name; null for a reader who does not work with them.",
        example="Fictitious A.",
    )


LED_BY: Final = parts(Lead)


class Summary(View):
    """The fields that `with=names` adds to a case on a list; `with=names,team` also adds `team`."""

    name = omittable(PERSON_NAME)
    name_state = omittable(NAME_STATE)
    stage = omittable(STATUS)
    led_by = omittable(LED_BY)
    team = omittable(parts(Lead))
    changed_at = omittable(CHANGED_AT)


class SearchHit(NameMatch, Summary):
    """A case whose person may have the name. `with=names` adds the fields that the reader may see."""

    number = omittable(NUMBER)
    status = omittable(field_of(Case.status))


class SearchHits(NameMatches):
    """The results of a search, the closest match first."""

    found = parts(SearchHit)
