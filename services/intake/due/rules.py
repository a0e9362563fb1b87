"""What may be due in a case, for whom it stands on the work list, and what is said of it. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from services.intake.case.rules import TEAM_ROLES, Access
from services.intake.identification.rules import REQUESTED
from shared.access.permissions import CATEGORIES, OF_THE_LEAD, FieldClass, Need, Sight
from shared.casework.refusals import StepForbidden
from shared.reference import question_of

ACCESS: Final[Access] = {
    # Whoever is on the team knows whether somebody has seen to it.
    "due.acknowledge": {**TEAM_ROLES, "supervisor": Need.SUPERVISION},
}

PERIOD: Final = "period"
#: A question to the person or the authority whose answer closes what is doubtful about periods.
PERIOD_QUESTION: Final = "period_question"
REFERRAL_WAITING, REFERRAL_BACK, REFERRAL_KEPT = "referral_waiting", "referral_back", "referral_kept"
REFERRAL_MISSING: Final = "referral_missing"
CONSENT_ENDS, OWN_CONSENT, WITHDRAWAL = "consent_ends", "own_consent", "withdrawal_unanswered"
ACCESS_REQUEST, ERASURE_REQUEST = "access_request", "erasure_request"
RECONSIDERATION: Final = "reconsideration_pending"
#: What was perhaps recorded twice.
DUPLICATE: Final = "duplicate_proposed"
ADVICE_UNMET, ADVICE_FOLLOW_UP = "advice_unmet", "advice_follow_up"
PLAN_REVIEW, REASSESSMENT, URGENT_NEED, ALERT = "plan_review", "reassessment", "urgent_need", "alert"
SUPPORT_TASK: Final = "support_task"
#: What waits in a matter: to all but those who work on that, it is not there.
MATTER_TASK: Final = "matter_task"
#: A certain conflict of interest, and its state when nobody has decided in time. It is in the supervisors' queue only.
CONFLICT, ESCALATED = "conflict_of_interest", "escalated"
#: What somebody needs on a day at a court or an authority: support is told that, and nothing of the matter.
HEARING_HELP: Final = "hearing_help"
#: Money that was awarded and has not come.
AWARD_UNPAID: Final = "award_unpaid"
#: What the person's adviser is prompted of.
ENTRY_UNADVISED, HEARING_MISSING = "entry_unadvised", "hearing_while_missing"
HEARING_UNREACHABLE: Final = "hearing_unreachable"
#: So long before a hearing somebody has to know how the person is reached safely: our own days, no law's.
REACHED_BEFORE: Final = timedelta(days=14)
#: A new decision, by what it came to; which windows it opens is said by the periods that it starts.
DECISIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "decision_positive": ("positive",),
    "decision_negative": ("negative",),
    "decision_other": ("suspended", "withdrawn", "disqualified"),
}
#: After these somebody was advised, or did not want to be.
ADVISED: Final = ("given", "declined")
#: The task of a hearing that is ahead, and those of somebody who is missing.
HEARING: Final = "hearing"
OF_ABSENCE: Final = ("missing_decision", "missing_review")
#: The code of an alert that an assessment raised: that there is urgent need, not which.
ASSESSED: Final = "urgent_need_assessed"

_CONSENT_WORK: Final = ("caseworker", "outreach_worker")
_SUPPORT_WORK: Final = ("support_worker", "counsellor")
#: On whose work list it stands: these roles on the case's team, and whoever leads the case. The whole team sees its
#: periods: who does not act on one passes it on.
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
}
#: Of which class of fields it is, where it says more than that the case is there.
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

#: The parts of a case whose records keep which earlier one says the same.
MAY_REPEAT: Final = (
    *("accounts", "consents", "first_responders", "notifications", "referrals", "referrals_in", "sharings"),
    "withdrawal_answers",
)

#: So long before its last day a consent is asked for again, where the person wants that.
CONSENT_ASKED_BEFORE: Final = timedelta(days=30)
#: Neither over nor withdrawn: somebody waits for it, or has to do something until then.
RUNNING_STATES: Final = ("undated", "running", "paused", "doubtful")
#: Over, and on the list until somebody says that it was seen to.
PAST_STATES: Final = ("missed", "passed")
REACHED: Final = "reached"
OPEN: Final = "open"
#: What leaves the list when somebody says that it was seen to.
SEEN_TO: Final = (PERIOD, DUPLICATE, *DECISIONS)
#: What the events of clocks say of a clock's state where they do not name it, as those of earlier releases.
STATE_AFTER: Final[Mapping[str, str]] = {
    "started": "running",
    "due_soon": "running",
    "due": "running",
    "reached": REACHED,
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
#: Of a period that is over by all readings, by its kind.
_OVER: Final[Mapping[str, str]] = {"target": "missed", "limitation": "passed"}
MISSED: Final = "missed"
UNCLEAR: Final = "unclear"
OVERDUE, DUE, UNDATED = "overdue", "due", "undated"
#: It is over in every reading, but nobody knows whether it was met.
OVER: Final = "over"
_DOUBTFUL: Final = "doubtful"


def may_be_more(parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> bool:
    """Return whether a case's records, by the part of the case, leave room for what is due in few cases.

    That is what came back, what an authority is asked again, a withdrawal without an answer, and what was recorded
    twice. Never False where something of it is due; where it is True, nothing may be.
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
    """Return a clock's state after an event of it, by the event's verb; `stated`: as the event itself names it."""
    if stated is not None:
        return stated
    return _OVER.get(kind, MISSED) if event == MISSED else STATE_AFTER[event]


def is_listed(state: str, kind: str) -> bool:
    """Return whether a period in this state stands on a list: until it is met, ended, withdrawn or seen to.

    A minimum that was reached asks for nothing; a maximum does: what it protected ends with it.
    """
    return state in (*RUNNING_STATES, *PAST_STATES) or (state == REACHED and kind == "maximum")


def group(state: str, due_on: date | None, certainty: str | None, today: date, other_due_on: date | None = None) -> str:
    """Return the group of the work list in which an item stands (code list `due_group`).

    A period is due as long as its first day is ahead, however sure that day is. After it, a period that may be met or
    may have passed is unclear until its last day, then over and never urgent.
    """
    if due_on is None:
        return UNDATED
    if state in RUNNING_STATES and due_on >= today:
        return DUE
    if state == _DOUBTFUL:
        return OVER if other_due_on is not None and other_due_on < today else UNCLEAR
    if certainty == UNCLEAR:
        return UNCLEAR
    return OVERDUE if due_on < today else DUE


def question(state: str, doubts: Collection[str]) -> str | None:
    """Return the question whose answer closes most of what is doubtful about a period that is not over."""
    asked, _ = question_of(doubts, is_doubtful=state == _DOUBTFUL)
    return asked if state in RUNNING_STATES else None


# control: H-DEADLINE-1 ask-last-day
def questions(
    periods: Iterable[tuple[str, Collection[str], Collection[str], str | None]],
) -> dict[tuple[str, str | None], str | None]:
    """Return what closes the doubts of a case's periods: each question once for each fact, with its first due day.

    Periods that wait for the same fact have one question together. A question without a fact is about the case as a
    whole. `periods`: the state, the doubts, the facts to ask about and the due day of each, as JSON has it.
    """
    days: dict[tuple[str, str | None], list[str]] = {}
    for state, doubts, ask_about, due_on in periods:
        asked = question(state, doubts) if doubts else None
        if asked is not None:
            for fact in ask_about or (None,):
                days.setdefault((asked, fact), []).extend([] if due_on is None else [due_on])
    return {asked: min(due_days, default=None) for asked, due_days in days.items()}


def is_seen(what: str, sight: Sight) -> bool:
    """Return whether a reader is shown such an item; what is due of consents and referrals, by who leads the case."""
    seen_as = CLASSES.get(what, FieldClass.BASIC)
    category = OF_THE_LEAD if seen_as is FieldClass.ACCOUNT else CATEGORIES[seen_as]
    return seen_as in sight.classes and sight.has(category)


def hidden(sight: Sight) -> frozenset[str]:
    """Return the kinds of items that a reader is not shown, for who asks of many."""
    return frozenset(what for what in CLASSES if not is_seen(what, sight))


def is_there(members: Collection[str] | None, asked_by: str) -> bool:
    """Return whether an item is there at all to somebody: those `members` are the only ones, where it names any."""
    return members is None or asked_by in members


def is_for(what: str, role: str, *, lead: bool, member: str | None, asked_by: str) -> bool:
    """Return whether an item that is there stands on the work list of somebody with a role on the team.

    `member`: to whom it came back, whose it is then, and the lead's.
    """
    if lead:
        return True
    return role in FOR.get(what, ()) if member is None else member == asked_by


def check_acknowledged(state: str) -> None:
    """Raise `StepForbidden` for what is not over: it leaves the list when what it waits for has come."""
    if state in RUNNING_STATES:
        raise StepForbidden(
            "over_first",
            "This period is not over, and stays on the list until what it waits for has come. Record that instead.",
        )
