"""The package that goes along with a referral: each thing in it belongs to a category of data, and goes by consent."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from services.intake.rules.referrals import ARRIVED, DRAFT, UNDER_WAY
from services.intake.rules.refusals import StepForbidden

#: What is written for the agency, by category.
WRITTEN: Final[Mapping[str, tuple[str, ...]]] = {
    "identity": ("language", "dialect", "interpreter_gender"),
    "account": ("risk_to_person", "risk_to_staff", "risk", "told"),
    "third_parties": ("exclusions",),
    "children": ("dependants",),
    "health": ("urgent_health",),
    "contact_safe": ("out_of_hours",),
}
#: What is taken from where it is kept, as it stands on the day.
SAFE_CONTACT: Final = ("contact_safe", "safe_contact")
EXCLUDED_AGENCIES: Final = ("third_parties", "excluded_agencies")
#: Parts of a package: category -> field -> value.
Parts = Mapping[str, Mapping[str, Any]]


def writable(state: str) -> None:
    """Raise `StepForbidden` once the referral was sent: what went stays as it was."""
    if state != DRAFT:
        raise StepForbidden("package_of_a_draft", "This referral was sent, and its package with it. Draft another one.")


def parted(given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give what was written by category; what is empty is left out."""
    parts = {
        category: {each: given[each] for each in fields if given[each] is not None}
        for category, fields in WRITTEN.items()
    }
    return {category: fields for category, fields in parts.items() if fields}


def goes(parts: Parts, named: Collection[str], covered: Iterable[Collection[str]]) -> dict[str, dict[str, Any]]:
    """Give what may go to the agency: of the categories that the referral names, those that something covers."""
    allowed = set(named).intersection({name for each in covered for name in each})
    return {category: dict(fields) for category, fields in parts.items() if category in allowed}


def flat(parts: Parts) -> dict[str, Any]:
    """Give the fields of all parts side by side."""
    return {name: value for fields in parts.values() for name, value in fields.items()}


def is_given(state: str) -> bool:
    """Tell whether an agency that has got a package may be given more of it: not once the referral has ended."""
    return state in UNDER_WAY or state == ARRIVED
