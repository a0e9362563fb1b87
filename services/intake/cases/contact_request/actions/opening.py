"""Open a case for the person with the contact that they agreed to, and finish the request."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.cases.contact_request import rules
from services.intake.cases.contact_request.actions.person import unsealed
from services.intake.cases.contact_request.actions.staff import finish, locked
from services.intake.cases.contact_request.schemas import OpenCaseFromRequest
from services.intake.cases.lifecycle.actions.opening import open_case
from services.intake.cases.lifecycle.schemas import OpenCase
from services.intake.facts.identity.actions import record_person
from services.intake.facts.identity.schemas import Reach, RecordPerson
from services.intake.facts.safe_contact.actions import record_agreement
from services.intake.facts.safe_contact.schemas import AgreeContact
from shared.access.tokens import Principal
from shared.http import Reply
from shared.reference import profile

#: The contact field of a person for each way. Other ways are not recorded with the person.
_REACHED_BY = {"phone": "phone", "sms": "phone", "chat": "phone", "email": "email"}


def open_case_of_request(
    session: Session,
    contact_request: UUID,
    command: OpenCaseFromRequest,
    now: datetime,
    matches: Callable[[int], None],
    *,
    by: Principal,
) -> Reply:
    """Open a case for the person, led by the caller, with the contact that they agreed to.

    Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = locked(session, contact_request, matches, by=by)
    rules.check_own(row.state, row.taken_by, UUID(by.subject))
    opening = OpenCase(
        jurisdiction=str(row.jurisdiction),
        source="self",
        channel="web_form",
        language=str(row.language),
        anonymous=command.anonymous,
        age=command.age,
    )
    case, _version = open_case(session, opening, now, by=by)
    written, way = unsealed(session, row), str(row.way)
    if way in _REACHED_BY:
        reach = Reach(**{_REACHED_BY[way]: written["contact"]})
        record_person(session, case, RecordPerson(contact=reach), now, by=by)
    agreed = rules.agreement(written, way, profile(str(row.jurisdiction)).timezone)
    loaded: AgreeContact = AgreeContact.schema().load(dict(agreed))
    record_agreement(session, case, loaded)
    finish(session, row, rules.OUTCOME_CASE_OPENED, now, by=by)
    return Reply({"case": case}, about=case)
