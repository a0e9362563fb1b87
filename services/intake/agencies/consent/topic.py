"""Routes for consents, refusals, withdrawals and the agencies' answers, and for sharing without consent."""

from typing import Final

from services.intake.agencies.consent import events, hooks, rules, schemas
from services.intake.agencies.consent.actions import answers, consents, corrections, refusals, sharings, withdrawals
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
            answers.followed_withdrawals,
            query=PAGE,
            reply=schemas.FollowedList,
        ),
        post("consent.record", f"{CASE}/consents", consents.record_consent, creates=True),
        post("consent.withdraw", f"{CONSENT}/correction", corrections.correct_consent, creates=True),
        post("consent.withdraw", f"{CONSENT}/withdrawal/correction", corrections.correct_withdrawal, creates=True),
        post("consent.answer", f"{CONSENT}/answers", answers.record_answer, name="answer_withdrawal", creates=True),
        post(
            "consent.answer",
            f"{CASE}/withdrawal-answers/<uuid:answer>/correction",
            corrections.correct_answer,
            creates=True,
        ),
        post(
            "consent.refuse",
            _REFUSALS,
            refusals.record_refusal,
            name="refuse_consent",
            creates=True,
            part="consent_refusals",
        ),
        post("consent.refuse", f"{_REFUSALS}/<uuid:refusal>/correction", refusals.correct_refusal, creates=True),
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
            withdrawals.withdraw_consent,
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
