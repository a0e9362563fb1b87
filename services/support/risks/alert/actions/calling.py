"""Record and correct telephone calls about alerts."""

from uuid import UUID

from services.support.cases.case.actions import Change
from services.support.risks.alert import rules
from services.support.risks.alert.actions.raising import known_of_person
from services.support.risks.alert.models import AlertCall
from services.support.risks.alert.schemas import CorrectAlertCall, RecordAlertCall
from shared.access import agencies


# control: H-DANGER-12 call-recorded
def record_alert_call(change: Change, alert_id: UUID, command: RecordAlertCall) -> UUID:
    """Record a call about an alert, also after the end of the alert.

    Return its id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    alert = known_of_person(change.session, change.case, alert_id, change.by)
    _check_agency(change, command.agency)
    return change.add(AlertCall, alert=alert.id, **change.recorded(command, "called_on")).id


def correct_alert_call(change: Change, call_id: UUID, command: CorrectAlertCall) -> UUID:
    """Correct or withdraw a call about an alert.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    call = change.one(AlertCall, call_id)
    _check_agency(change, command.agency)
    return change.correct_dated("called_on", call, "alert_call", command)


def _check_agency(change: Change, agency: UUID | None) -> None:
    if agency is not None:
        rules.check_called(is_registered=agencies.find(change.session, agency) is not None)
