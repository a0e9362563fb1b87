"""The rules of reports: the fields of each kind, its states, and the reports that are refused. Pure.

Intake decides whether a report fits the case. These rules only check whether it is complete.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

_REPORTER: Final = "agency_reporter"
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "report.make": {_REPORTER: Need.ANY},
    "report.read": dict.fromkeys((_REPORTER, "agency"), Need.ANY),
}

REFERRAL, ADDITION = "referral", "referral_addition"
REFERRAL_ANSWER, WITHDRAWAL_ANSWER, PROGRESS = "referral_answer", "withdrawal_answer", "service_progress"
#: The states of a report: waiting; for a referral, the decision; for all others, whether it was recorded.
WAITING, ASKED, ACCEPTED, DECLINED, TAKEN, REFUSED = "waiting", "asked", "accepted", "declined", "taken", "refused"
#: Our choice: by then the sender knows the result of a referral, and every person who was accepted has a case.
KEPT_DAYS: Final = 90
#: Our choice: an agency answers a withdrawal within a month or two; a reminder by telephone takes longer.
OWED_DAYS: Final = 90

_SAID_OF_A_PERSON: Final = ("service_types", "urgent", "language", "age", "details_agreed")
#: kind -> its required fields, and its optional fields.
_SAYS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = MappingProxyType(
    {
        REFERRAL: (("jurisdiction", "referred_because", *_SAID_OF_A_PERSON), ("reply_by",)),
        ADDITION: (("about",), _SAID_OF_A_PERSON),
        REFERRAL_ANSWER: (("about", "step"), ("happened", "reply_by", "reason", "conditions", "outcome")),
        WITHDRAWAL_ANSWER: (("about", "answer"), ("happened", "basis")),
        PROGRESS: (("about", "service_type", "progress"), ("happened",)),
    }
)
#: The field that a step of a referral requires, with its step.
_OF_STEP: Final[Mapping[str, str]] = MappingProxyType(
    {"reply_by": "wait_list", "reason": "reject", "outcome": "complete", "conditions": "accept"}
)
DELETED: Final = "deleted"
#: The answers of an agency that still has data, on a legal basis that it names.
_KEEPS: Final = frozenset(("kept", "partly_kept"))


def check(kind: str, fields: Mapping[str, object]) -> None:
    """Refuse a report with missing fields or with fields of another kind. Raises `FactRefused`."""
    needed, optional = _SAYS[kind]
    for field in needed:
        if field not in fields:
            raise FactRefused(
                field,
                "report_says_it",
                f"The field {field} is missing, and a report of this kind needs it. Send the field.",
            )
    for field in fields:
        if field not in needed and field not in optional:
            raise FactRefused(
                field, "belongs_to_another_report", "A report of this kind does not have this field. Leave it out."
            )
    if kind == REFERRAL_ANSWER:
        _check_step(fields)
    # control: H-DESK-15 kept-part-has-a-ground
    if kind == WITHDRAWAL_ANSWER and (fields["answer"] in _KEEPS) != ("basis" in fields):
        raise FactRefused(
            "basis",
            "kept_on_a_basis",
            "The agency keeps data, but its own legal basis is missing. Name the legal basis.",
        )


def _check_step(fields: Mapping[str, object]) -> None:
    for field, step in _OF_STEP.items():
        if field in fields and fields["step"] != step:
            raise FactRefused(field, "belongs_to_another_step", "This step does not have this field. Leave it out.")
        if fields["step"] == step and field not in fields and field != "conditions":
            raise FactRefused(
                field, "step_says_why", f"The field {field} is missing, and this step needs it. Send the field."
            )


def check_agreed(kind: str, *, takes_part: bool) -> None:
    """Refuse reports without an agreement in force, except answers to a withdrawal. Raises `StepForbidden`."""
    if kind != WITHDRAWAL_ANSWER and not takes_part:
        raise StepForbidden(
            "agreement_counts",
            "Your agency has no valid agreement today, so it can answer only withdrawals. Ask the operator of this "
            "installation.",
        )


def check_free(*, is_free: bool) -> None:
    """Refuse an id that is already in use. Raises `FactRefused`."""
    if not is_free:
        raise FactRefused(
            "id", "id_is_free", "This id already belongs to another record. Create a new id for the report."
        )


def check_same(*, is_same: bool) -> None:
    """Refuse a report with the id of an earlier report that differs. Raises `StepForbidden`."""
    if not is_same:
        raise said_otherwise()


def said_otherwise() -> StepForbidden:
    """Return the error for a report with the id of an earlier report that differs."""
    return StepForbidden(
        "reported_once", "A report with this id was sent before with other content. Send this report under a new id."
    )


def check_addition(state: str) -> None:
    """Refuse additions to a referral that was decided. Raises `StepForbidden`."""
    if state not in (WAITING, ASKED):
        raise StepForbidden("referral_is_open", "This referral was already decided. Make another referral.")


def not_of_the_agency() -> FactRefused:
    """Return the same error for an unknown record and for one that does not concern the agency."""
    return FactRefused(
        "about", "is_of_the_agency", "Your agency has no record with this reference. Check the reference."
    )
