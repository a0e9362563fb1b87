"""Rules of detections (signs of exploitation), of accounts, and of the self-check. Pure.

No worker asks for an account again without a recorded reason.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from services.intake.facts.case.rules import TEAM_ROLES, WORKERS, Access
from shared.casework.dates import is_before, learnt_after, local_day, not_ahead, not_in_future
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import NOT_KNOWN, codes, indicator_set, weigh
from shared.reference.periods import earliest

#: The days of a detection that can't be before its first incident.
ENDS: Final = ("last_incident_on", "exploitation_ended_on", "work_ended_on")

#: The sign that wages were withheld (code list `ilo_forced_labour_indicator`).
WAGES_WITHHELD: Final = "withholding_of_wages"

ACCESS: Final[Access] = {
    "detection.record": WORKERS,
    "detection.correct": WORKERS,
    "account.record": TEAM_ROLES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedDimension:
    """The result of the operational indicators for one dimension of trafficking."""

    dimension: str
    enough: bool
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The strength of signs. `seen` counts the ILO's indicators. `verify`: an expert should check the result."""

    says: str
    strength: str
    seen: int
    explanation: str
    dimensions: tuple[ExplainedDimension, ...]
    verify: bool


def check_detection(
    days: Mapping[str, str | None], detected_on: date, today: date, now: datetime, jurisdiction: str
) -> None:
    """Check the days that a detection states, by field names, and its own day. Raises `FactRefused`.

    Each can be an instant, a day, a month, a year or `unknown`. None: not asked.
    """
    not_in_future("detected_on", detected_on, today)
    for field, day in days.items():
        not_ahead(field, day, now, jurisdiction)
    began = days.get("earliest_incident_on")
    if began is None:
        return
    for field in ENDS:
        ended = days.get(field)
        if ended is not None and is_before(ended, began, jurisdiction):
            raise FactRefused(field, "ended_after_it_began", "This day is before the first incident. Check both days.")


def detected_day(
    detected_on: date | None, happened: str | None, learnt: str | None, now: datetime, jurisdiction: str, today: date
) -> date:
    """Return the day of a detection: the day on which the signs were seen, else learnt, else today.

    Raises `FactRefused`.
    """
    not_ahead("happened", happened, now, jurisdiction)
    not_ahead("learnt", learnt, now, jurisdiction)
    if happened is not None and learnt is not None:
        learnt_after("learnt", happened, learnt, jurisdiction)
    seen = [local_day(moment, jurisdiction) for moment in (happened, learnt) if moment is not None]
    stated = next((earliest(day) for day in seen if day is not None), None)
    return detected_on or stated or today


def strength(indicators: Sequence[str]) -> str:
    """Return the strength of the ILO's indicators seen. One can suffice, so it only orders work and decides nothing."""
    count = len(_seen(indicators))
    return "none" if count == 0 else "weak" if count == 1 else "medium" if count <= 3 else "strong"  # noqa: PLR2004


def explain(indicators: Sequence[str], operational: Sequence[str] = ()) -> Explained:
    """Explain the ILO's indicators and, by dimension, the operational ones. It is no decision and no verdict."""
    seen, published = _seen(indicators), len(codes("ilo_forced_labour_indicator").parts[0].values)
    weighed = weigh(indicator_set("delphi_labour_adults"), operational)
    return Explained(
        says=weighed.says,
        strength=strength(indicators),
        seen=len(seen),
        explanation=(
            f"{len(seen)} of the ILO's {published} indicators seen. The ILO publishes no threshold: one may suffice, "
            "often several are needed. The strength is ours, and only orders work."
        ),
        dimensions=tuple(
            ExplainedDimension(
                dimension=dimension.dimension, enough=dimension.meets is not None, explanation=dimension.explanation
            )
            for dimension in weighed.dimensions
        ),
        verify=weighed.verify,
    )


def _seen(indicators: Sequence[str]) -> list[str]:
    return [indicator for indicator in dict.fromkeys(indicators) if indicator not in NOT_KNOWN]


def ask_for_account(asked_before: int, shared_with_us: Collection[str], reason: str | None) -> int:
    """Return how often a person has been asked for their account, including this time.

    `shared_with_us`: earlier accounts that we may read with the person's consent. Raises `StepForbidden` if the person
    was asked before and no reason is given, or if an account that we may read contradicts the reason.
    """
    if asked_before == 0:
        return 1
    if reason is None or reason not in codes("account_reason"):
        raise StepForbidden(
            "told_once",
            f"The person was already asked for their account (times: {asked_before}). Give a reason to ask again, "
            "or use the recorded account.",
        )
    if reason == "account_not_shared_with_us" and shared_with_us:
        raise StepForbidden(
            "told_once",
            "The case already has an account that you can read. Read it instead of asking the person again.",
        )
    return asked_before + 1


LASTS_DAYS: Final = 90
RANDOM_BYTES: Final = 9
"""72 bits: a code cannot be guessed, even without a limit on attempts."""
SAYS: Final = "This is information, not a verdict. Only you decide what to do with it, and you can stop at any time."
ALWAYS: Final = ("where_to_find_help",)
_LETTERS: Final = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, O, I, L and U, which people misread or which form words. Their number is prime, for the checksum."""
_READ_AS: Final = str.maketrans({"I": "1", "L": "1"})
_GROUP: Final = 4
_LENGTH: Final = 15
#: The topics to show for each indicator that is answered with yes or not sure.
_TOPICS: Final[Mapping[str, tuple[str, ...]]] = {
    "abuse_of_vulnerability": ("rights_at_work", "immigration"),
    "deception": ("rights_at_work",),
    "restriction_of_movement": ("free_movement", "immediate_help"),
    "isolation": ("free_movement",),
    "physical_and_sexual_violence": ("immediate_help", "health"),
    "intimidation_and_threats": ("immediate_help", "immigration"),
    "retention_of_identity_documents": ("documents",),
    "withholding_of_wages": ("unpaid_wages", "compensation"),
    "debt_bondage": ("debts", "rights_at_work"),
    "abusive_working_and_living_conditions": ("rights_at_work", "health"),
    "excessive_overtime": ("rights_at_work", "unpaid_wages"),
}
_SEVERAL: Final = 2
#: Of several answers that touch one indicator, the first of these applies.
_STRENGTH: Final = ("yes", "not_sure", "no", "passed_over")
_WEAKEST: Final = "passed_over"
#: The indicators (code list `ilo_forced_labour_indicator`) that a yes to a question (code list `self_check_question`)
#: touches. The person reads only questions, never indicators. Only this table connects the two.
INDICATORS_BY_QUESTION: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "work_not_as_promised": ("deception",),
        "pay_kept": ("withholding_of_wages",),
        "long_hours": ("excessive_overtime",),
        "bad_place": ("abusive_working_and_living_conditions",),
        "work_in_a_home": ("excessive_overtime", "isolation"),
        "papers_kept": ("retention_of_identity_documents",),
        "controlled": ("isolation", "withholding_of_wages"),
        "stopped_from_leaving": ("restriction_of_movement",),
        "debt": ("debt_bondage",),
        "problems_used": ("abuse_of_vulnerability",),
        "threatened": ("intimidation_and_threats",),
        "hurt": ("physical_and_sexual_violence",),
        "made_to_break_the_law": ("abuse_of_vulnerability", "intimidation_and_threats"),
        "made_to_have_sex": ("abuse_of_vulnerability", "physical_and_sexual_violence"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Information:
    """The information for a visitor: topics, the urgent ones first. It contains no verdict about the person."""

    topics: tuple[str, ...]
    urgent: bool
    says: str = SAYS


def information(answers: Mapping[str, str]) -> Information:
    """Return what to show for answers by indicator (`yes`, `no`, `not_sure`, `passed_over`)."""
    touched = [indicator for indicator in _TOPICS if answers.get(indicator) in ("yes", "not_sure")]
    topics = [topic for indicator in touched for topic in _TOPICS[indicator]]
    if len(touched) >= _SEVERAL:
        topics.append("entering_official_mechanism")
    urgent = "immediate_help" in topics
    ordered = dict.fromkeys((*(["immediate_help"] if urgent else []), *topics, *ALWAYS))
    return Information(topics=tuple(ordered), urgent=urgent)


def by_indicator(answers: Mapping[str, str]) -> dict[str, str]:
    """Return answers by question as answers by indicator: the strongest answer to a question that touches it."""
    strongest: dict[str, str] = {}
    for question, indicators in INDICATORS_BY_QUESTION.items():
        answer = answers.get(question, _WEAKEST)
        for indicator in indicators:
            strongest[indicator] = min(strongest.get(indicator, _WEAKEST), answer, key=_STRENGTH.index)
    return strongest


def on_return(topics: Iterable[str]) -> Information:
    """Return the information for a return visit: where to find help, and nothing that reveals an earlier answer.

    `topics` are those of this visit. Callers must not pass earlier ones.
    """
    return Information(topics=tuple(dict.fromkeys((*topics, *ALWAYS))), urgent=False)


def return_code(random: bytes) -> str:
    """Return random bytes as a code in groups that people can read aloud. The last letter is a checksum."""
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"a return code is made of {RANDOM_BYTES} random bytes")
    number, letters = int.from_bytes(random, "big"), ""
    for _ in range(_LENGTH):
        number, letter = divmod(number, len(_LETTERS))
        letters += _LETTERS[letter]
    whole = letters + _check_letter(letters)
    return "-".join(whole[begin : begin + _GROUP] for begin in range(0, len(whole), _GROUP))


def read_code(text: str) -> str:
    """Return a typed code in its normal form: case, spaces, I for 1. Raises `FactRefused` for a typing error."""
    letters = "".join(text.upper().split()).replace("-", "").translate(_READ_AS)
    is_well_formed = len(letters) == _LENGTH + 1 and set(letters) <= set(_LETTERS)
    if not is_well_formed or letters[-1] != _check_letter(letters[:-1]):
        raise FactRefused(
            "code",
            "code_reads_right",
            "This code contains a typing error. Check each letter, or start again. Nothing is lost.",
        )
    return letters


def fingerprint(code: str, key: bytes) -> str:
    """Return the keyed fingerprint of a code in its normal form. The code can't be derived from it."""
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()


def still_leads_back(issued_on: date, today: date) -> bool:
    """Return whether a code is still valid. An expired code is treated like an unknown one."""
    return today <= issued_on + timedelta(days=LASTS_DAYS)


def _check_letter(letters: str) -> str:
    """Return a weighted checksum. It detects one wrong letter, and two swapped adjacent letters."""
    total = sum((place + 1) * _LETTERS.index(letter) for place, letter in enumerate(letters))
    return _LETTERS[total % len(_LETTERS)]
