"""The work list, as it is shown: whoever may not see health is not shown what an assessment found."""

from services.intake.case.schemas import JURISDICTION, OPENED_ON
from services.intake.case_number.schemas import NUMBER
from services.intake.due.schemas import ITEMS
from services.intake.offer.models import Offer
from services.intake.offer.schemas import DAYS_LATE
from services.intake.summary.schemas import Summary
from shared.access.declarations import AnyField, declare, nullable, omittable
from shared.access.permissions import FieldClass
from shared.access.views import View, part, parts
from shared.events.contract import Count, Day, Flag, Reference
from shared.http import paging

ASSESSED_URGENT = declare(
    nullable(Flag()), FieldClass.HEALTH, "Whether the latest assessment found urgent need; null: none was made."
)


class WorkItem(Summary):
    """An open case on whose team the reader is, and what is due in it for them, the first due first.

    `with=names` adds the summary.
    """

    case = declare(Reference(), FieldClass.BASIC, "The case.")
    number = NUMBER
    jurisdiction = JURISDICTION
    opened_on = OPENED_ON
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
    """How many cases of the whole list each filter finds, whatever the page was narrowed to."""

    total = declare(Count(), None, "Cases on the list.", example=12)
    overdue = _count("Cases in which something is overdue.")
    unclear = _count("Cases in which something may be overdue.")
    due_soon = _count("Cases in which something is due within 7 days.")
    urgent = _count("Cases with urgent need; missing for a reader who does not see assessments.")
    led = _count("Cases that the reader leads.")
    changed = _count("Cases that changed after `since`; missing without it.")
    complete = declare(Flag(), None, "Whether the list has all cases; a list of a team has an upper limit.")


class WaitingOffer(View):
    """A referral that an agency offers, and nobody has looked at."""

    id = Offer.id
    agency = Offer.agency
    urgent = Offer.urgent
    service_types = Offer.service_types
    due_on = Offer.due_on
    days_late = DAYS_LATE


class WorkList(View):
    """A page of the reader's open cases, the most overdue first, then those with urgent need.

    On the first page stand the referrals that agencies offer, for whoever may decide on one.
    """

    offers = parts(WaitingOffer)
    cases = parts(WorkItem)
    next = paging.NEXT
    counts = omittable(part(WorkCounts))
