"""Report that a child was detected, so that support raises an alert: with the detection, or when the age is known."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.facts.case.models import current_version
from services.intake.facts.detection.models import Detection
from services.intake.facts.person.hooks import NewAge
from shared.casework import danger

_FIELD: Final = "age"


# control: H-DANGER-14 detected-child-raises-alert
def report_detected(session: Session, detection: Detection, age: str) -> None:
    """Report a new detection. The table of dangers names the ages that raise an alert."""
    danger.report(session, detection, _FIELD, now=age)


def report_withdrawn(session: Session, detection: Detection, age: str) -> None:
    """Report that a detection was withdrawn. A person then confirms whether the alert still applies."""
    danger.report(session, detection, _FIELD, now=None, before=age)


# control: H-DANGER-14 late-age-raises-alert
def report_age(session: Session, changed: NewAge) -> None:
    """Report the age of a case that changed, for each valid detection of the case."""
    version = current_version(session, changed.case)
    standing = select(Detection).where(Detection.case_id == changed.case, Detection.corrected_on.is_(None))
    for detection in session.scalars(standing.order_by(Detection.id)).all():
        danger.report(session, detection, _FIELD, now=changed.after, before=changed.before, time=version)
