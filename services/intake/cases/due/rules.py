"""Rules of due items: their kinds, the roles that have them on the work list, and their fields. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from services.intake.facts.case.rules import TEAM_ROLES, Access
from services.intake.path.identification.rules import REQUESTED
from shared.access.permissions import CATEGORIES, OF_THE_LEAD, FieldClass, Need, Sight
from shared.casework.refusals import StepForbidden
from shared.reference import grouping, question_of

ACCESS: Final[Access] = {
    # All team members can know whether an item was handled.
    "due.acknowledge": {**TEAM_ROLES, "supervisor": Need.SUPERVISION},
}

PERIOD: Final = "period"
#: A question to the person or the authority whose answer resolves the doubts about periods.
PERIOD_QUESTION: Final = "period_question"
REFERRAL_WAITING, REFERRAL_BACK, REFERRAL_KEPT = "referral_waiting", "referral_back", "referral_kept"
REFERRAL_MISSING: Final = "referral_missing"
CONSENT_ENDS, OWN_CONSENT, WITHDRAWAL = "consent_ends", "own_consent", "withdrawal_unanswered"
ACCESS_REQUEST, ERASURE_REQUEST = "access_request", "erasure_request"
RECONSIDERATION: Final = "reconsideration_pending"
#: A record that is perhaps a repetition.
DUPLICATE: Final = "duplicate_proposed"
ADVICE_UNMET, ADVICE_FOLLOW_UP = "advice_unmet", "advice_follow_up"
PLAN_REVIEW, REASSESSMENT, URGENT_NEED, ALERT = "plan_review", "reassessment", "urgent_need", "alert"
SUPPORT_TASK: Final = "support_task"
#: A task in a matter. Only the people who work on the matter see it.
MATTER_TASK: Final = "matter_task"
#: A certain conflict of interest, and its state if no decision came in time. Only the supervisors' queue shows it.
CONFLICT, ESCALATED = "conflict_of_interest", "escalated"
#: Help that the person needs on a day at a court or an authority. Support learns that, and nothing of the matter.
HEARING_HELP: Final = "hearing_help"
#: Awarded money that was not paid yet.
AWARD_UNPAID: Final = "award_unpaid"
#: Prompts for the person's adviser.
ENTRY_UNADVISED, HEARING_MISSING = "entry_unadvised", "hearing_while_missing"
HEARING_UNREACHABLE: Final = "hearing_unreachable"
#: So long before a hearing a safe way to reach the person must be known. The period is Casepath's own, not a law's.
REACHED_BEFORE: Final = timedelta(days=14)
#: A new decision, by its outcome. The periods that it starts show which time limits it opens.
DECISIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "decision_positive": ("positive",),
    "decision_negative": ("negative",),
    "decision_other": ("suspended", "withdrawn"),
    "decision_disqualified": ("disqualified",),
}
#: The same decision for the people who support the person: help begins, continues or ends. Acknowledged separately.
SUPPORT_DECISIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "support_positive": ("positive",),
    "support_negative": ("negative",),
    "support_other": ("suspended", "withdrawn"),
    "support_disqualified": ("disqualified",),
}
#: The entry decision that leaves the question open.
UNDECIDED: Final = "undecided"
#: With these states of advice the person was advised, or did not want to be.
ADVISED: Final = ("given", "declined")
#: The task of a coming hearing, and the tasks about a missing person.
HEARING: Final = "hearing"
OF_ABSENCE: Final = ("missing_decision", "missing_review")
#: The code of an alert that an assessment raised. It does not name the urgent need.
ASSESSED: Final = "urgent_need_assessed"

_CONSENT_WORK: Final = ("caseworker", "outreach_worker")
_SUPPORT_WORK: Final = ("support_worker", "counsellor")
#: The roles on the case's team that have an item on their work list. The lead has all items. The whole team sees the
#: periods, so that a member who does not act on one can pass it on.
FOR: Final[Mapping[str, tuple[str, ...]]] = {
    PERIOD: tuple(TEAM_ROLES),
    PERIOD_QUESTION: tuple(TEAM_ROLES),
    REFERRAL_WAITING: tuple(TEAM_ROLES),
    REFERRAL_KEPT: _CONSENT_WORK,
    REFERRAL_MISSING: ("caseworker",),
    CONSENT_ENDS: _CONSENT_WORK,
    OWN_CONSENT: _CONSENT_WORK,
    WITHDRAWAL: _CONSENT_WORK,
    ACCESS_REQUEST: (*_CONSENT_WORK, "legal_adviser"),
    ERASURE_REQUEST: tuple(TEAM_ROLES),
    DUPLICATE: _CONSENT_WORK,
    RECONSIDERATION: ("legal_adviser", "caseworker"),
    ADVICE_UNMET: ("legal_adviser", "caseworker"),
    ADVICE_FOLLOW_UP: ("legal_adviser",),
    PLAN_REVIEW: (*_SUPPORT_WORK, "caseworker"),
    REASSESSMENT: (*_SUPPORT_WORK, "caseworker"),
    URGENT_NEED: (*_SUPPORT_WORK, *_CONSENT_WORK),
    ALERT: (*_SUPPORT_WORK, "caseworker"),
    SUPPORT_TASK: (*_SUPPORT_WORK, "caseworker"),
    HEARING_HELP: _SUPPORT_WORK,
    MATTER_TASK: ("legal_adviser",),
    HEARING_MISSING: ("legal_adviser",),
    HEARING_UNREACHABLE: ("legal_adviser",),
    AWARD_UNPAID: ("legal_adviser",),
    ENTRY_UNADVISED: ("legal_adviser", "caseworker"),
    **dict.fromkeys(DECISIONS, ("legal_adviser", "caseworker")),
    **dict.fromkeys(SUPPORT_DECISIONS, _SUPPORT_WORK),
}
#: The field class of an item, if it reveals more than that the case exists.
CLASSES: Final[Mapping[str, FieldClass]] = {
    URGENT_NEED: FieldClass.HEALTH,
    HEARING_HELP: FieldClass.HEALTH,
    AWARD_UNPAID: FieldClass.ACCOUNT,
    REASSESSMENT: FieldClass.HEALTH,
    REFERRAL_WAITING: FieldClass.ACCOUNT,
    REFERRAL_BACK: FieldClass.ACCOUNT,
    REFERRAL_KEPT: FieldClass.ACCOUNT,
    CONSENT_ENDS: FieldClass.ACCOUNT,
    OWN_CONSENT: FieldClass.ACCOUNT,
    WITHDRAWAL: FieldClass.ACCOUNT,
    DUPLICATE: FieldClass.ACCOUNT,
}

#: The parts of a case whose records state which earlier one is alike.
MAY_REPEAT: Final = (
    *("accounts", "consents", "first_responders", "notifications", "referrals", "referrals_in", "sharings"),
    "withdrawal_answers",
)

#: So long before its last day a consent is due for renewal, if the person wants that.
CONSENT_ASKED_BEFORE: Final = timedelta(days=30)
OPEN: Final = "open"
#: Items that leave the list when they are acknowledged.
ACKNOWLEDGED: Final = (PERIOD, DUPLICATE, *DECISIONS, *SUPPORT_DECISIONS)
#: The state after a clock event that does not state it, as in earlier releases.
STATE_AFTER: Final[Mapping[str, str]] = {
    "started": "running",
    "due_soon": "running",
    "due": "running",
    "reached": grouping.REACHED,
    "stopped": "met",
    "paused": "paused",
    "resumed": "running",
    "rested": "resting",
    "woken": "running",
    "extended": "running",
    "moved": "running",
    "restated": "running",
    "doubtful": "doubtful",
    "reopened": "running",
    "withdrawn": "withdrawn",
}
#: The state of a period that is over by all readings, by its kind.
_OVER: Final[Mapping[str, str]] = {"target": "missed", "limitation": "passed"}
MISSED: Final = "missed"
_DOUBTFUL: Final = "doubtful"


def may_be_more(parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> bool:
    """Return whether a case's records, by part of the case, can lead to the rare kinds of due items.

    These are returned referrals, requests for reconsideration, unanswered withdrawals, and repeated records. The
    result is never False if one of them is due. If it is True, none may be due.
    """
    facts = {(fact["kind"], fact["happened"], fact["id"]) for fact in parts["facts"]}
    return (
        len(parts["detections"]) > 1
        or len({(kind, happened) for kind, happened, _id in facts}) < len(facts)
        or any(record["alike"] is not None for part in MAY_REPEAT for record in parts[part])
        or any(referral["returned_to"] is not None for referral in parts["referrals"])
        or any(consent["answer_due_on"] is not None for consent in parts["consents"])
        or any(fact["kind"] == REQUESTED for part in ("facts", "heard_facts") for fact in parts[part])
    )


def state_after(event: str, kind: str, stated: str | None) -> str:
    """Return a clock's state after an event, by the event's verb. `stated`: the state that the event itself names."""
    if stated is not None:
        return stated
    return _OVER.get(kind, MISSED) if event == MISSED else STATE_AFTER[event]


def is_running_limit(item: Mapping[str, Any]) -> bool:
    """Return whether a due item is a limit of the person that is not over: they can lose a right on its last day."""
    is_limit = (item["what"], item["kind"]) == (PERIOD, "limitation")
    return is_limit and item["state"] in grouping.RUNNING_STATES


def question(state: str, doubts: Collection[str]) -> str | None:
    """Return the question whose answer resolves most doubts about a period that is not over."""
    asked, _ = question_of(doubts, is_doubtful=state == _DOUBTFUL)
    return asked if state in grouping.RUNNING_STATES else None


# control: H-DEADLINE-1 ask-last-day
def questions(
    periods: Iterable[tuple[str, Collection[str], Collection[str], str | None]],
) -> dict[tuple[str, str | None], str | None]:
    """Return the questions about a case's periods: each question once for each fact, with its first due day.

    Periods that wait for the same fact share one question. A question without a fact is about the whole case.
    `periods`: the state, the doubts, the facts to ask about and the due day of each, in JSON types.
    """
    days: dict[tuple[str, str | None], list[str]] = {}
    for state, doubts, ask_about, due_on in periods:
        asked = question(state, doubts) if doubts else None
        if asked is not None:
            for fact in ask_about or (None,):
                days.setdefault((asked, fact), []).extend([] if due_on is None else [due_on])
    return {asked: min(due_days, default=None) for asked, due_days in days.items()}


def is_seen(what: str, sight: Sight) -> bool:
    """Return whether a reader sees items of a kind. For consents and referrals, it depends on who leads the case."""
    seen_as = CLASSES.get(what, FieldClass.BASIC)
    category = OF_THE_LEAD if seen_as is FieldClass.ACCOUNT else CATEGORIES[seen_as]
    return seen_as in sight.classes and sight.has(category)


def hidden(sight: Sight) -> frozenset[str]:
    """Return the kinds of items that a reader does not see, for checks of many items."""
    return frozenset(what for what in CLASSES if not is_seen(what, sight))


def is_there(members: Collection[str] | None, asked_by: str) -> bool:
    """Return whether an item exists for a reader. If it has `members`, it exists only for them."""
    return members is None or asked_by in members


def is_for(what: str, role: str, *, lead: bool, member: str | None, asked_by: str) -> bool:
    """Return whether an item that exists for a reader with a role on the team is on their work list.

    `member`: the member who got a referral back. The item then belongs to that member and the lead.
    """
    if lead:
        return True
    return role in FOR.get(what, ()) if member is None else member == asked_by


def check_acknowledged(state: str) -> None:
    """Raise `StepForbidden` if the item is not over. It leaves the list when the awaited event is recorded."""
    if state in grouping.RUNNING_STATES:
        raise StepForbidden(
            "over_first",
            "This period is not over, so it stays on the list. Record the step that it waits for.",
        )
