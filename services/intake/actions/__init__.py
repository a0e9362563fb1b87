"""The actions of intake, a module per subject: load, decide, store, announce. None of them commits."""

from services.intake.actions import coming_of_age, referrals, sharing
from services.intake.actions.cases import close_case, open_case, reopen_case
from services.intake.actions.consents import give_consent, withdraw_consent
from services.intake.actions.detections import record_detection
from services.intake.actions.exclusions import exclude, lift_exclusion
from services.intake.actions.following import PROJECTIONS, project_advice, project_risk
from services.intake.actions.identification import decide_entry, extend_clock
from services.intake.actions.links import link_cases, links_of, unlink_cases
from services.intake.actions.standing import relation
from services.intake.actions.supervisions import begin_supervision, end_supervision
from services.intake.actions.team import add_member, remove_member, revoke_access

#: What is done when a timer of intake's own is due, by the timer's kind.
ON_TIMER = {**coming_of_age.ON_TIMER, **referrals.ON_TIMER, **sharing.ON_TIMER}

__all__ = [
    "ON_TIMER",
    "PROJECTIONS",
    "add_member",
    "begin_supervision",
    "close_case",
    "decide_entry",
    "end_supervision",
    "exclude",
    "extend_clock",
    "give_consent",
    "lift_exclusion",
    "link_cases",
    "links_of",
    "open_case",
    "project_advice",
    "project_risk",
    "record_detection",
    "relation",
    "remove_member",
    "reopen_case",
    "revoke_access",
    "unlink_cases",
    "withdraw_consent",
]
