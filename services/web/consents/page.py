"""The content of the consents page, from the services' answers. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.web.upstream.client import Answer

#: The request to the agency that a withdrawal contains, by the choice in the form. None: the person was not asked.
ERASE: Final[Mapping[str, bool | None]] = {"yes": True, "no": False, "unasked": None}
#: The state of the data at an agency that lost its access or was notified of a withdrawal.
SILENT, KEPT, DELETED = "silent", "kept", "deleted"


@dataclass(frozen=True)
class Consent:
    """A consent with the agency's answers to its withdrawal. `agency`: its name as far as it is known."""

    id: str
    agency: str
    purposes: Sequence[str]
    categories: Sequence[str]
    only_remedies: Sequence[str]
    only_matters: Sequence[str]
    only_stages: Sequence[str]
    granted_on: str
    expires_on: str
    withdrawn_on: str
    erase_requested: bool
    answer_due_on: str
    answers: Sequence[Mapping[str, Any]]
    is_taken_back: bool
    is_standing: bool


@dataclass(frozen=True)
class ConsentsPage:
    """The consents of a case; None: they are hidden from the reader."""

    consents: Sequence[Consent] | None
    withheld: Sequence[str]


def page_of(case: Mapping[str, Any], names: Mapping[str, str], today: date, *, unnamed: str) -> ConsentsPage:
    """Return the consents of a case that intake shows to the reader, valid ones first.

    `names`: the names of agencies by their ids; `unnamed`: the text for any other agency.
    """
    stated, answers = case.get("consents"), case.get("withdrawal_answers") or ()
    withheld = sorted({*(case.get("withheld") or ()), *(case.get("withheld_categories") or ())})
    if stated is None:
        return ConsentsPage(None, withheld)
    found = [_consent(each, answers, names, today, unnamed) for each in stated]
    return ConsentsPage(sorted(found, key=_in_order), withheld)


def _consent(
    stated: Mapping[str, Any], answers: Iterable[Mapping[str, Any]], names: Mapping[str, str], today: date, unnamed: str
) -> Consent:
    is_taken_back = bool(stated.get("taken_back_at"))
    is_over = date.fromisoformat(stated["expires_on"]) < today
    return Consent(
        id=stated["id"],
        agency=names.get(stated["agency"]) or unnamed,
        purposes=stated["purposes"],
        categories=stated["data_categories"],
        only_remedies=stated.get("only_remedies") or (),
        only_matters=stated.get("only_matters") or (),
        only_stages=stated.get("only_stages") or (),
        granted_on=stated["granted_on"],
        expires_on=stated["expires_on"],
        withdrawn_on=stated.get("withdrawn_on") or "",
        erase_requested=bool(stated.get("erase_requested")),
        answer_due_on=stated.get("answer_due_on") or "",
        answers=[each for each in answers if each["consent_id"] == stated["id"] and not each.get("taken_back_at")],
        is_taken_back=is_taken_back,
        is_standing=not (is_taken_back or is_over or stated.get("withdrawn_on")),
    )


def _in_order(consent: Consent) -> tuple[object, ...]:
    newest_first = -date.fromisoformat(consent.granted_on).toordinal()
    return not consent.is_standing, newest_first, consent.id


def deliveries_of(answer: Answer) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """Return the state of the deliveries, and the deliveries of each agency."""
    return answer.state, (answer.document.get("agencies") or ()) if answer.is_good else ()


# control: H-DESK-15 holders-are-counted
def holding_of(agency: Mapping[str, Any]) -> str | None:
    """Return what became of the data at an agency; None: it has none, or it receives them still.

    An answer is about the notification before it only: after a later one, the agency is silent again.
    """
    withdrawals = agency["withdrawals"]
    if not agency["first_at"] or not (withdrawals or agency["state"] == "ended"):
        return None
    if not withdrawals or not all(_is_answered(each) for each in withdrawals):
        return SILENT
    return DELETED if all(each["answer"] == "deleted" for each in withdrawals) else KEPT


def _is_answered(withdrawal: Mapping[str, Any]) -> bool:
    if not withdrawal["answer"]:
        return False
    told_at = withdrawal["told_at"]
    return not told_at or datetime.fromisoformat(withdrawal["answered_at"]) >= datetime.fromisoformat(told_at)
