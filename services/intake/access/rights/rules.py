"""Rules for the handover of a copy, for decisions on demands, and for moving records to another case. Pure."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from services.intake.facts.case.rules import OFFICER, TEAM_ROLES, Access
from shared.access.permissions import Need
from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused, StepForbidden

ACCESS: Final[Access] = {
    # A caller who gives a copy sees all of it.
    "copy.give": {"caseworker": Need.TEAM, "supervisor": Need.SUPERVISION},
    "access_request.record": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "legal_adviser": Need.TEAM},
    # In private, by a caller whom the person knows.
    "access_request.check": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "legal_adviser": Need.TEAM},
    "access_request.review": {"caseworker": Need.TEAM, "legal_adviser": Need.TEAM, "supervisor": Need.SUPERVISION},
    "access_request.read": {"caseworker": Need.TEAM, "legal_adviser": Need.TEAM, "supervisor": Need.SUPERVISION},
    "annotation.record": TEAM_ROLES,
    # The caller needs this relation to both cases.
    "record.move": {"caseworker": Need.TEAM, "supervisor": Need.SUPERVISION},
    "disclosure.record": {"caseworker": Need.TEAM, "legal_adviser": Need.TEAM, "supervisor": Need.SUPERVISION},
    # A caseworker who receives the demand cannot decide on it.
    "disclosure.decide": {"legal_adviser": Need.TEAM, "supervisor": Need.SUPERVISION},
    # `check_second` checks that this is a second person.
    "disclosure.confirm": {"legal_adviser": Need.TEAM, "supervisor": Need.SUPERVISION, OFFICER: Need.ANY},
    "disclosure.read": {"caseworker": Need.TEAM, "legal_adviser": Need.TEAM, "supervisor": Need.SUPERVISION},
}
WHILE_RESTRICTED: Final = frozenset(
    (
        *("annotation.record", "copy.give", "access_report.give"),
        *("access_request.record", "access_request.check", "access_request.review", "access_request.read"),
        *("disclosure.record", "disclosure.decide", "disclosure.confirm", "disclosure.read"),
    )
)


FREE: Final = "free"
COPY: Final = "copy"
INCLUDE: Final = "include"
#: Real days, after which the check expires, because the person may be coerced by then.
FRESH_DAYS: Final = 7
#: Communication between the person and their lawyer. Only the person can waive privilege, on the lawyer's advice.
LEGALLY_PRIVILEGED: Final = frozenset(("legal_advice", "legal_note"))
#: A request without an order creates no obligation to disclose.
BARE_REQUEST: Final = "request_without_order"
#: Real days. After them, what was not handed over needs another decision.
OPEN_DAYS: Final = 30
REFUSED: Final = "refused"
#: The states of a proposal: it waits for a second person, or it has ended in one of the others.
WAITING: Final = "waiting"
CONFIRMED, LAPSED, REPLACED = "confirmed", "lapsed", "replaced"
PROPOSAL_STATES: Final = (WAITING, CONFIRMED, REFUSED, LAPSED, REPLACED)
DECIDED, PROPOSED = "decided", "proposed"
#: By the domain's clock. Casepath's own period: a court's date does not leave more time.
LAPSES_AFTER: Final = timedelta(days=7)
MOVABLE: Final = frozenset(("detection", "consent", "referral", "referral_in"))
DRAFT: Final = "draft"
#: record class -> what to do instead
STAYS: Final[Mapping[str, str]] = {
    "contact": (
        "The first contact can't be moved, because it is the case itself. Open a case for the other person, and close "
        "this one."
    ),
    "person": (
        "The identity can't be moved, because it stays in this case's history. Record the identity again in each case."
    ),
    "safe_contact": (
        "The rules of safe contact can't be moved, because both cases need their own. Record them in the other case, "
        "and change them here."
    ),
    "exclusion": (
        "An exclusion can't be moved, because the person decides on it. Lift it here, and record it in the other case "
        "together with the person."
    ),
    "entry_decision": (
        "A decision can't be moved, because each person makes their own. Ask the right person, and annotate this "
        "decision."
    ),
    "identification": (
        "A step can't be moved, because it has started periods. Correct it here, record it in the other case, and "
        "inform the authority."
    ),
    "deadline": "A period can't be moved without the record that started it. Move or annotate that record.",
    "account": (
        "An account can't be moved, because each case counts how often its person was asked. Annotate this one, and "
        "record the other."
    ),
    "sharing": (
        "Sharing can't be moved, because the agency may have received data about the wrong person. Have it decided "
        "again, and inform the person."
    ),
    "notification": (
        "A report to an authority can't be moved or withdrawn here. Inform the body that reported it, and annotate "
        "this report."
    ),
    "annotation": "An annotation can't be moved without its record. Move the record.",
}
_ELSEWHERE: Final = "Another service stores this record. Annotate it here, and record it there in the right case."


class Requested(Protocol):
    """A person's request for a copy or an access report, and its progress."""

    @property
    def kind(self) -> str:
        """A copy, or an access report."""

    @property
    def finding(self) -> str | None:
        """Whether the person is being forced; None until they were asked in private."""

    @property
    def checked_at(self) -> datetime | None:
        """The instant (UTC) at which they were asked."""

    @property
    def third_parties(self) -> str | None:
        """Whether information about others is handed over; None until it was reviewed."""

    @property
    def privileged(self) -> str | None:
        """Whether legally privileged records are handed over; None until they were reviewed."""


class Demanded(Protocol):
    """A third party's demand for disclosure, and the earlier decision on it, if any."""

    @property
    def asked(self) -> Collection[str]:
        """The requested classes of records."""

    @property
    def basis(self) -> str:
        """The legal basis of the demand."""

    @property
    def decision(self) -> str | None:
        """The decision; None until there is one."""


class Decided(Protocol):
    """A decision on a demand."""

    @property
    def decision(self) -> str:
        """The decision code."""

    @property
    def given(self) -> Collection[str]:
        """The classes of records that may be given."""

    @property
    def person_agreed(self) -> bool:
        """Whether the person agreed."""

    @property
    def person_told(self) -> bool:
        """Whether the person was informed about the demand."""

    @property
    def not_told_reason(self) -> str | None:
        """Why the person was not informed."""


# control: H-CONFIDENTIALITY-6 copy-waits-for-a-private-check
def check_in_private(*, in_private: bool) -> None:
    """Raise `FactRefused` unless the staff member asked the person in private."""
    if not in_private:
        raise FactRefused(
            "in_private",
            "checked_in_private",
            "The check was not done in private, so it is not valid. Ask the person again when no other person is "
            "present or listening.",
        )


def check_reviewer(part: str, *, by_legal_adviser: bool) -> None:
    """Raise `StepForbidden` if a part may be reviewed by a legal adviser only."""
    if part == "privileged" and not by_legal_adviser:
        raise StepForbidden(
            "privileged_by_a_legal_adviser",
            "Only a legal adviser of the case can review privileged data. Ask a legal adviser of the case.",
        )


def fresh_until(checked_at: datetime) -> datetime:
    """Return the instant (UTC) until which a private check is valid."""
    return checked_at + timedelta(days=FRESH_DAYS)


def obstacle(request: Requested | None, now: datetime) -> tuple[str, str] | None:
    """Return what must be done before a copy is handed over, as (rule, sentence), or None if it can be."""
    if request is None:
        return "request_is_recorded", "The person's request is not recorded. Record it, then check it in private."
    if request.finding is None or request.checked_at is None:
        return (
            "checked_in_private",
            "The person was not asked in private about coercion. Ask the person first, and record it.",
        )
    if request.finding != FREE:
        return "nobody_forces", "The person may be under coercion. Keep the person safe, and check again later."
    if fresh_until(request.checked_at) <= now:
        return "check_is_fresh", f"The last check is older than {FRESH_DAYS} days. Ask the person again in private."
    if request.kind == COPY:
        for part, outcome, words in (
            ("third_parties", request.third_parties, "the data about other people"),
            ("privileged", request.privileged, "the legally privileged data"),
        ):
            if outcome is None:
                return f"{part}_reviewed", f"Nobody has reviewed {words}. Have it reviewed, then hand the copy over."
    return None


def covered(request: Requested, now: datetime) -> list[str]:
    """Return what may be handed over now for a request: a copy, an access report, both or nothing."""
    if request.finding != FREE or request.checked_at is None or fresh_until(request.checked_at) <= now:
        return []
    whole = request.kind == COPY and obstacle(request, now) is None
    return [COPY, "access_report"] if whole else ["access_report"]


def check_demand(asked: Collection[str], received_on: date, today: date) -> None:
    """Check a demand: the classes of records that it asks for, and its day. Raises `FactRefused`."""
    not_in_future("received_on", received_on, today)
    if not asked:
        raise FactRefused(
            "asked",
            "demand_names_classes",
            "The demand does not name any class of records. Name at least one class that is demanded.",
        )


def check_decision(demanded: Demanded, decided: Decided, *, by_legal_adviser: bool) -> None:
    """Check the decision on a demand. Raises `StepForbidden` and `FactRefused`."""
    if demanded.decision is not None:
        raise StepForbidden(
            "decided_once",
            "This demand was already decided. Record a new demand if there is a new request or another legal basis.",
        )
    _check_given(demanded.asked, decided.given, decided.decision)
    privileged = sorted(LEGALLY_PRIVILEGED & set(decided.given))
    if privileged and not by_legal_adviser:
        raise StepForbidden(
            "privileged_by_a_legal_adviser",
            f"Only a legal adviser of the case can decide to disclose {', '.join(privileged)}. Ask one to decide.",
        )
    if demanded.basis == BARE_REQUEST and decided.given and not decided.person_agreed:
        raise StepForbidden(
            "bare_request_needs_the_person",
            "A request without an order is not binding, so it needs the person's agreement. Ask the person first, "
            "or refuse.",
        )
    _check_told(person_told=decided.person_told, reason=decided.not_told_reason)


def _check_given(asked: Collection[str], given: Collection[str], decision: str) -> None:
    unasked = sorted(set(given) - set(asked))
    if unasked:
        raise FactRefused(
            "given", "given_was_asked", f"The demand does not include {', '.join(unasked)}. Leave it out."
        )
    expected = REFUSED if not given else "given" if set(given) == set(asked) else "partly_given"
    if decision != expected:
        raise FactRefused(
            "decision",
            "decision_fits_what_was_given",
            f"The decision does not match the disclosed records. Send the decision {expected}, or correct the records.",
        )


def _check_told(*, person_told: bool, reason: str | None) -> None:
    if not person_told and reason is None:
        raise FactRefused(
            "not_told_reason",
            "silence_has_a_reason",
            "The reason why the person was not informed is missing. Send the reason.",
        )
    if person_told and reason is not None:
        raise FactRefused(
            "not_told_reason",
            "silence_has_a_reason",
            "The person was informed, so a reason for not informing them does not apply. Leave the reason out.",
        )


# control: H-OPERATOR-3 second-person
def check_second(state: str | None, *, proposed_by: UUID, by: UUID, confirms: bool, refusal: str | None) -> str:
    """Return the state of a proposal after a second person's answer. Raises `StepForbidden`, `FactRefused`."""
    if state != WAITING:
        raise StepForbidden(
            "proposal_waits", "This demand has no decision that waits for a second person. Decide the demand first."
        )
    if proposed_by == by:
        raise StepForbidden(
            "second_person",
            "The person who decided to disclose records can't confirm it in any role. Ask another person to "
            "confirm it.",
        )
    if confirms == (refusal is not None):
        raise FactRefused(
            "reason",
            "refusal_has_a_reason",
            "A refusal needs a reason, and other decisions have none. Send a reason with a refusal, or leave it out.",
        )
    return CONFIRMED if confirms else REFUSED


def open_until(now: datetime) -> datetime:
    """Return the instant (UTC) until which the records that were granted may be handed over."""
    return now + timedelta(days=OPEN_DAYS)


def check_movable(record_class: str) -> None:
    """Raise `StepForbidden` for a class of records that can't be moved, with what to do instead."""
    if record_class not in MOVABLE:
        raise StepForbidden(f"{record_class}_stays", STAYS.get(record_class, _ELSEWHERE))


def check_draft(state: str) -> None:
    """Raise `StepForbidden` for a referral that another agency has received."""
    if state != DRAFT:
        raise StepForbidden(
            "referral_has_left",
            "The agency has already received this referral of the wrong person. Withdraw the referral, and prepare "
            "another in the right case.",
        )
