"""Routes for data-sharing agreements."""

from typing import Final

from services.partners.agencies.agreement import actions, events, rules, schemas
from shared.http import get, post
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

_OF_AGENCY: Final = "/v1/agencies/<uuid:agency>/agreements"
_AGREEMENT: Final = f"{_OF_AGENCY}/<uuid:agreement>"
_QUERY: Final = (schemas.STATE_ASKED, *PAGE)


TOPIC: Final = Topic(
    __name__,
    routes=(
        get("agreement.read", _OF_AGENCY, actions.agreements_of_agency, query=_QUERY, reply=schemas.AgreementPage),
        get("agreement.read", "/v1/agreements", actions.find_agreements, query=_QUERY, reply=schemas.AgreementPage),
        post("agreement.record", _OF_AGENCY, actions.record, name="record_agreement", creates=True),
        get("agreement.read", _AGREEMENT, actions.shown, name="show_agreement", reply=schemas.ShownAgreement),
        post(
            "agreement.confirm",
            f"{_AGREEMENT}/confirmation",
            actions.confirm,
            name="confirm_agreement",
            changes=True,
        ),
        post("agreement.stop", f"{_AGREEMENT}/suspension", actions.suspend, name="suspend_agreement"),
        post("agreement.resume", f"{_AGREEMENT}/resumption", actions.resume, name="resume_agreement", changes=True),
        post("agreement.stop", f"{_AGREEMENT}/ending", actions.end, name="end_agreement"),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    loops=(lambda database, emits, _feeds: actions.Reminders(database, emits),),
)
