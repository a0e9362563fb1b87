"""The views of the work list, of the summary of a case, and of a search.

Readers who may not see health do not see the results of assessments. A search contains the summary of each case if the
caller requests it.
"""

from typing import Final

from marshmallow import fields

from services.intake.agencies.report.models import Offer
from services.intake.agencies.report.schemas import DAYS_LATE
from services.intake.cases.due.schemas import ASSESSED_URGENT, ITEMS
from services.intake.facts.case.models import Case
from services.intake.facts.case.schemas import NUMBER
from services.intake.facts.identity.schemas import NameMatch, NameMatches
from services.intake.facts.person.schemas import NAME_STATE, PERSON_NAME
from services.intake.path.identification.schemas import STATUS
from shared.access.declarations import AnyField, declare, field_of, nullable, omittable
from shared.access.permissions import FieldClass
from shared.access.views import View, part, parts
from shared.events.contract import Count, Day, Flag, Instant, Reference
from shared.http import Query, paging
from shared.http.paging import NAMES

#: The query by which a list is asked for the summary of each case.
WITH_NAMES: Final[Query] = (
    "with",
    {"type": "string", "enum": [NAMES]},
    "`names`: the summary of each case: the person's name, the stage and who leads it",
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


class WorkItem(Summary):
    """An open case of the reader's, and its items that are due for them, the first due first.

    `with=names` adds the summary.
    """

    case = declare(Reference(), FieldClass.BASIC, "The case.")
    number = NUMBER
    jurisdiction = Case.jurisdiction
    opened_on = Case.opened_on
    lead = declare(Flag(), FieldClass.BASIC, "Whether the reader leads it.")
    due_on = declare(nullable(Day()), FieldClass.BASIC, "The day on which the first thing is due.")
    days_late = declare(Count(), FieldClass.BASIC, "Days since then; 0 until it is overdue.", example=0)
    clock_due_on = declare(nullable(Day()), FieldClass.BASIC, "The day on which the first period ends.")
    answer_due_on = declare(nullable(Day()), FieldClass.BASIC, "The day by which an agency is to answer a referral.")
    came_back_on = declare(nullable(Day()), FieldClass.BASIC, "The day of a referral that came back to the reader.")
    alias_of = declare(nullable(Reference()), FieldClass.BASIC, "The case that this one was merged into.")
    assessed_urgent = omittable(ASSESSED_URGENT)
    items = ITEMS


def _count(meaning: str) -> AnyField:
    return omittable(declare(Count(), None, meaning, example=4))


class WorkCounts(View):
    """The number of cases of the whole list that each filter finds, independent of the page's filters."""

    total = declare(Count(), None, "Cases on the list.", example=12)
    overdue = _count("Cases in which something is overdue.")
    unclear = _count("Cases in which something may be overdue.")
    due_soon = _count("Cases in which something is due within 7 days.")
    urgent = _count("Cases with urgent need; missing for a reader who does not see assessments.")
    led = _count("Cases that the reader leads.")
    changed = _count("Cases that changed after `since`; missing without it.")
    complete = declare(Flag(), None, "Whether the list has all cases; a list of a team has an upper limit.")


class WaitingOffer(View):
    """A referral that an agency offers and that waits for a decision."""

    id = Offer.id
    agency = Offer.agency
    urgent = Offer.urgent
    service_types = Offer.service_types
    due_on = Offer.due_on
    days_late = DAYS_LATE


class WorkList(paging.Page):
    """A page of the reader's open cases, the most overdue first, then those with urgent need.

    The first page also has the referrals that agencies offer, for readers who may decide on them.
    """

    offers = parts(WaitingOffer)
    cases = parts(WorkItem)
    counts = omittable(part(WorkCounts))
