"""Records that are perhaps repetitions. They are listed until one is taken back, or they are acknowledged as two."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import Date, Text, cast, exists, func, literal, select, true
from sqlalchemy.orm import aliased

from services.intake.agencies.consent.models import Consent, Sharing, WithdrawalAnswer
from services.intake.agencies.referral.models import Referral, ReferralIn
from services.intake.cases.due import rules
from services.intake.cases.due.actions.items import Column, Condition, Selected, Source, item, only
from services.intake.facts.detection.actions import SAID
from services.intake.facts.detection.models import Account, Detection
from services.intake.path.identification.models import FirstResponder, Notification
from shared.deadlines.facts import EACH_IS_ONE, facts

#: Tables whose records state which earlier one is alike, by the class of records that the list shows.
RECORDS: Final[tuple[tuple[str, Any], ...]] = (
    ("account", Account),
    ("consent", Consent),
    ("consent", WithdrawalAnswer),
    ("identification", FirstResponder),
    ("notification", Notification),
    ("referral", Referral),
    ("referral_in", ReferralIn),
    ("sharing", Sharing),
)
#: The position of the version in an id, and the version of ids that are derived from another record.
_VERSION, _MADE_OF_ANOTHER = len("018f2b9c-1d2e-7"), "5"


def _item(record_class: str, of_case: Column, reference: Column, since: Column) -> Source:
    return item(of_case, rules.DUPLICATE, code=literal(record_class, Text), reference=reference, since=since)


def _of(record_class: str, record: Any) -> Callable[[], Source]:
    def source() -> Source:
        earlier = aliased(record)
        stands = exists().where(earlier.id == record.alike, earlier.taken_back_at.is_(None))
        selected = _item(record_class, record.case_id, record.id, cast(record.recorded_at, Date))
        return only(selected, record.alike.is_not(None), record.taken_back_at.is_(None), stands, _counts(record))

    return source


def _counts(record: Any) -> Condition:
    """Return the SQL condition that a repetition matters. For a consent, it matters until the withdrawal."""
    return Consent.withdrawn_on.is_(None) if record is Consent else true()


def _detections() -> Source:
    detection = Detection.__table__.c
    selected: Selected = select(detection.case_id, detection.id, detection.detected_on.label("since"))
    counted = selected.where(detection.corrected_on.is_(None))
    return _not_the_first("detection", counted, detection, (detection[name] for name in SAID))


def _facts() -> Source:
    """Return a query for the case's own facts that are alike an earlier one: steps, and facts recorded by hand."""
    latest = func.max(facts.c.revision).over(partition_by=(facts.c.case_id, facts.c.id)).label("latest")
    fact = select(facts, latest).where(facts.c.kind.not_in(sorted(EACH_IS_ONE))).subquery("revisions").c
    selected: Selected = select(fact.case_id, fact.id, cast(fact.recorded_at, Date).label("since"))
    counted = selected.where(_is_own(fact), ~fact.withdrawn, fact.revision == fact.latest)
    return _not_the_first("deadline", counted, fact, (fact.kind, fact.happened, fact.codes, fact.about))


def _not_the_first(record_class: str, selected: Selected, record: Any, stated: Iterable[Column]) -> Source:
    """Return a query for the records that are alike an earlier one of their case.

    Numbering the records reads those of a case once. A search for an earlier one would read them once for each record.
    """
    number = func.row_number().over(partition_by=(record.case_id, *stated), order_by=record.id)
    numbered = selected.add_columns(number.label("number")).subquery(f"{record_class}_numbered").c
    return only(_item(record_class, numbered.case_id, numbered.id, numbered.since), numbered.number > 1)


def _is_own(fact: Any) -> Condition:
    return func.substr(cast(fact.id, Text), _VERSION, 1) != _MADE_OF_ANOTHER


#: The sources of repeated records.
REPEATED: Final = (*(_of(record_class, record) for record_class, record in RECORDS), _detections, _facts)
