"""What goes along with a referral: each thing belongs to a category of data, and goes by consent."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from services.intake.referral.rules.steps import ARRIVED, DRAFT, HELD, UNDER_WAY
from shared.casework.refusals import StepForbidden

#: What is written for the agency, by category.
WRITTEN: Final[Mapping[str, tuple[str, ...]]] = {
    "identity": ("language", "dialect", "interpreter_gender"),
    "account": ("risk_to_person", "risk_to_staff", "risk", "told"),
    "third_parties": ("exclusions",),
    "children": ("dependants",),
    "health": ("urgent_health",),
    "contact_safe": ("out_of_hours",),
}
#: Of these, what can say danger.
RISKS: Final = ("risk_to_person", "risk_to_staff")
#: Taken from the case's own records, as they are when the referral is sent.
SAFE_CONTACT: Final = ("contact_safe", "safe_contact")
EXCLUDED_AGENCIES: Final = ("third_parties", "excluded_agencies")
EXCLUDED_PEOPLE: Final = ("third_parties", "excluded_people")
#: Parts of a package: category -> field -> value.
Parts = Mapping[str, Mapping[str, object]]


def parted(given: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Return the fields that were filled in, by category; empty ones are left out."""
    parts = {
        category: {field: given[field] for field in fields if given[field] is not None}
        for category, fields in WRITTEN.items()
    }
    return {category: fields for category, fields in parts.items() if fields}


def goes(parts: Parts, named: Collection[str], covered: Iterable[Collection[str]]) -> dict[str, dict[str, object]]:
    """Return the parts that may go to the agency: of the categories that the referral names, those that are covered."""
    allowed = set(named).intersection({name for categories in covered for name in categories})
    return {category: dict(fields) for category, fields in parts.items() if category in allowed}


def flat(parts: Parts) -> dict[str, object]:
    """Return the fields of all parts in one mapping."""
    return {name: value for fields in parts.values() for name, value in fields.items()}


def is_given(state: str) -> bool:
    """Return whether an agency may still be given what a package contains: not once the referral has ended."""
    return state in UNDER_WAY or state == ARRIVED


def check_writable(state: str) -> None:
    """Raise `StepForbidden` once the referral was sent: its package never changes then."""
    if state not in (DRAFT, HELD):
        raise StepForbidden("package_of_a_draft", "This referral was sent, and its package with it. Draft another one.")
