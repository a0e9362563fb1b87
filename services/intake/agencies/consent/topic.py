"""Routes for consents, refusals, withdrawals and the agencies' answers, and for sharing without consent."""

from typing import Final

from services.intake.agencies.consent import actions, events, hooks, rules, schemas
from services.intake.agencies.consent.actions import sharings
from services.intake.agencies.consent.schemas import sharings as sharing_schemas
from services.intake.facts.case.topic import CASE
from shared.http import get, post
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

CONSENT: Final = f"{CASE}/consents/<uuid:consent>"
_SHARINGS: Final = f"{CASE}/sharings"
_REFUSALS: Final = f"{CASE}/consent-refusals"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "consent.follow",
            "/v1/consents/withdrawals",
            actions.followed_withdrawals,
            query=PAGE,
            reply=schemas.FollowedList,
        ),
        post("consent.record", f"{CASE}/consents", actions.record_consent, creates=True),
        post("consent.withdraw", f"{CONSENT}/correction", actions.correct_consent, creates=True),
        post("consent.withdraw", f"{CONSENT}/withdrawal/correction", actions.correct_withdrawal, creates=True),
        post("consent.answer", f"{CONSENT}/answers", actions.record_answer, name="answer_withdrawal", creates=True),
        post(
            "consent.answer",
            f"{CASE}/withdrawal-answers/<uuid:answer>/correction",
            actions.correct_answer,
            creates=True,
        ),
        post(
            "consent.refuse",
            _REFUSALS,
            actions.record_refusal,
            name="refuse_consent",
            creates=True,
            part="consent_refusals",
        ),
        post("consent.refuse", f"{_REFUSALS}/<uuid:refusal>/correction", actions.correct_refusal, creates=True),
        get("sharing.read", _SHARINGS, sharings.sharings_of, name="read_sharings", reply=sharing_schemas.SharingList),
        post(
            "sharing.propose",
            f"{_SHARINGS}/<uuid:sharing>/told",
            sharings.record_person_told,
            changes=True,
            reply=sharing_schemas.ChangedSharing,
        ),
        post(
            "sharing.decide",
            f"{_SHARINGS}/<uuid:sharing>/decision",
            sharings.decide_sharing,
            changes=True,
            reply=sharing_schemas.ChangedSharing,
        ),
        post("sharing.propose", _SHARINGS, sharings.propose_sharing, creates=True),
        post("sharing.propose", f"{_SHARINGS}/<uuid:sharing>/correction", sharings.correct_sharing, creates=True),
        post(
            "consent.withdraw",
            f"{CONSENT}/withdrawal",
            actions.withdraw_consent,
            changes=True,
            reply=schemas.WithdrawnConsent,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    projections=sharings.PROJECTIONS,
    timers=sharings.ON_TIMER,
    hooks=(hooks.WIDENED, hooks.NARROWED, hooks.WITHDRAWN),
)
