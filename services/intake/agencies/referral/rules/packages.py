"""The package of a referral: each part belongs to a data category, and is sent only by consent or a sharing. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from services.intake.agencies.referral.rules.steps import ARRIVED, DRAFT, HELD, UNDER_WAY
from shared.casework.refusals import StepForbidden

#: The fields that the team writes for the agency, by category.
WRITTEN: Final[Mapping[str, tuple[str, ...]]] = {
    "identity": ("language", "dialect", "interpreter_gender"),
    "account": ("risk_to_person", "risk_to_staff", "risk", "told"),
    "third_parties": ("exclusions",),
    "children": ("dependants",),
    "health": ("urgent_health",),
    "contact_safe": ("out_of_hours",),
}
#: The fields that can state a danger.
RISKS: Final = ("risk_to_person", "risk_to_staff")
#: Parts that are copied from the case's own records when the referral is sent.
SAFE_CONTACT: Final = ("contact_safe", "safe_contact")
EXCLUDED_AGENCIES: Final = ("third_parties", "excluded_agencies")
EXCLUDED_PEOPLE: Final = ("third_parties", "excluded_people")
#: Parts of a package: category -> field -> value.
Parts = Mapping[str, Mapping[str, object]]


def parted(given: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Return the fields that have a value, by category."""
    parts = {
        category: {field: given[field] for field in fields if given[field] is not None}
        for category, fields in WRITTEN.items()
    }
    return {category: fields for category, fields in parts.items() if fields}


def goes(parts: Parts, named: Collection[str], covered: Iterable[Collection[str]]) -> dict[str, dict[str, object]]:
    """Return the parts that the agency may receive: those of the referral's categories that are covered."""
    allowed = set(named).intersection({name for categories in covered for name in categories})
    return {category: dict(fields) for category, fields in parts.items() if category in allowed}


def flat(parts: Parts) -> dict[str, object]:
    """Return the fields of all parts in one mapping."""
    return {name: value for fields in parts.values() for name, value in fields.items()}


def is_given(state: str) -> bool:
    """Return whether an agency may still receive the content of a package: not after the referral has ended."""
    return state in UNDER_WAY or state == ARRIVED


def check_writable(state: str) -> None:
    """Raise `StepForbidden` after the referral was sent: its package never changes then."""
    if state not in (DRAFT, HELD):
        raise StepForbidden(
            "package_of_a_draft", "This referral was already sent, together with its package. Draft another referral."
        )
