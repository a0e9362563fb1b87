"""What was perhaps recorded twice, on the list until one is taken back, or somebody says that they are two."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Date, Text, and_, cast, exists, func, literal, true
from sqlalchemy.orm import aliased

from services.intake.account.models import Account
from services.intake.consent.models import Consent
from services.intake.detection.actions import SAID
from services.intake.detection.models import Detection
from services.intake.due import rules
from services.intake.due.actions.items import Column, Condition, Source, item, only
from services.intake.identification.models import FirstResponder
from services.intake.notification.models import Notification
from services.intake.referral.models import Referral, ReferralIn
from services.intake.sharing.models import Sharing
from services.intake.withdrawal.models import WithdrawalAnswer
from shared.deadlines.facts import EACH_IS_ONE, facts

#: Records that keep which earlier one says the same; by the class of records under which they are shown.
_RECORDS: Final[tuple[tuple[str, Any], ...]] = (
    ("account", Account),
    ("consent", Consent),
    ("consent", WithdrawalAnswer),
    ("identification", FirstResponder),
    ("notification", Notification),
    ("referral", Referral),
    ("referral_in", ReferralIn),
    ("sharing", Sharing),
)
#: Where the version of an id stands in it: one that was made of another record's is none of its own.
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
    """Write the condition that it makes a difference whether there are two: of a consent, until it is withdrawn."""
    return Consent.withdrawn_on.is_(None) if record is Consent else true()


def _detections() -> Source:
    earlier = aliased(Detection)
    same = and_(
        earlier.case_id == Detection.case_id,
        earlier.id < Detection.id,
        earlier.corrected_on.is_(None),
        *(getattr(earlier, name).is_not_distinct_from(getattr(Detection, name)) for name in SAID),
    )
    source = _item("detection", Detection.case_id, Detection.id, Detection.detected_on)
    return only(source, Detection.corrected_on.is_(None), exists().where(same))


def _facts() -> Source:
    """Select the facts of the case's own that say the same as an earlier one: steps, and what is recorded by hand."""
    fact, earlier = facts.c, facts.alias("earlier").c
    compared = ("kind", "happened", "codes")
    same = and_(
        earlier.case_id == fact.case_id,
        earlier.id < fact.id,
        *(earlier[name] == fact[name] for name in compared),
        earlier.about.is_not_distinct_from(fact.about),
    )
    source = _item("deadline", fact.case_id, fact.id, cast(fact.recorded_at, Date))
    return only(
        source,
        fact.kind.not_in(sorted(EACH_IS_ONE)),
        _is_own(fact),
        _stands(fact),
        exists().where(same, _is_own(earlier), _stands(earlier)),
    )


def _is_own(fact: Any) -> Condition:
    return func.substr(cast(fact.id, Text), _VERSION, 1) != _MADE_OF_ANOTHER


def _stands(fact: Any) -> Condition:
    later = facts.alias().c
    return and_(~fact.withdrawn, ~exists().where(later.id == fact.id, later.revision > fact.revision))


#: Each a source of the list.
REPEATED: Final = (*(_of(record_class, record) for record_class, record in _RECORDS), _detections, _facts)
