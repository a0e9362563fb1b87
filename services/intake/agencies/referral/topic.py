"""Routes for referrals, their packages, and the data that agencies received under a consent."""

from dataclasses import asdict
from typing import Final

from services.intake.agencies.consent.hooks import NARROWED, WIDENED, WITHDRAWN
from services.intake.agencies.consent.rules import OVERDUE_DAYS
from services.intake.agencies.consent.schemas import UnansweredList, WithdrawalPreview
from services.intake.agencies.consent.topic import CONSENT
from services.intake.agencies.referral import events, rules, schemas
from services.intake.agencies.referral.actions import (
    corrections,
    coverage,
    freezing,
    measuring,
    packages,
    received,
    referrals,
    settling,
    withdrawals,
)
from services.intake.facts.case.models import current_version
from services.intake.facts.case.topic import CASE
from shared.http import Call, Reply, bind, get, post, route
from shared.http.paging import days_query, read_days
from shared.runtime.topics import Topic

_PACKAGE = f"{CASE}/referrals/<uuid:referral>/package"


@route(
    "GET",
    "/v1/consents/unanswered",
    action="consent.follow",
    query=(days_query(OVERDUE_DAYS, "withdrawal"),),
    reply=UnansweredList,
)
def unanswered_withdrawals(call: Call) -> Reply:
    """List the withdrawals of consent that the agency has not answered in time."""
    days = read_days(call.query.get("days"), OVERDUE_DAYS)
    return Reply({"consents": withdrawals.unanswered_withdrawals(call.session, days, call.now, by=call.principal)})


@route("GET", f"{_PACKAGE}/preview", action="package.read", query=(schemas.WITH_SENDING,), reply=schemas.PackagePreview)
def preview_package(call: Call) -> Reply:
    """Return exactly what would go to the agency today, and which categories are left out."""
    referral, with_sending = call.path["referral"], schemas.asks_for_sending(call.query)
    package = packages.preview_package(call.session, call.case, referral, call.now)
    sending = settling.sending_of(call.session, call.case, referral, call.now) if with_sending else {}
    return Reply({**asdict(package), **sending}, version=current_version(call.session, call.case))


TOPIC: Final = Topic(
    __name__,
    routes=(
        bind(
            "PUT",
            "referral.send",
            _PACKAGE,
            packages.write_package,
            changes=True,
            reply=schemas.ChangedReferral,
            part="referrals/{referral}",
        ),
        post(
            "referral.receive", f"{CASE}/referrals-in", received.record_referral_in, creates=True, part="referrals_in"
        ),
        post("referral.send", f"{CASE}/referrals", referrals.draft_referral, creates=True, part="referrals"),
        post("referral.send", f"{CASE}/referral-answers", referrals.record_referral_answer, creates=True),
        post(
            "referral.receive",
            f"{CASE}/referrals-in/<uuid:referral>/correction",
            received.correct_referral_in,
            creates=True,
        ),
        post(
            "referral.send", f"{CASE}/referrals/<uuid:referral>/correction", corrections.correct_referral, creates=True
        ),
        post(
            "referral.send",
            f"{CASE}/referral-steps/<uuid:step>/correction",
            corrections.correct_referral_step,
            creates=True,
        ),
        get("package.read", _PACKAGE, packages.read_package, reply=schemas.ReferralPackage),
        post(
            "referral.send",
            f"{CASE}/referrals/<uuid:referral>/steps",
            referrals.take_referral_step,
            changes=True,
            reply=schemas.ReferralStepTaken,
            part="referrals/{referral}",
        ),
        get(
            "consent.withdraw",
            f"{CONSENT}/withdrawal-preview",
            withdrawals.preview_withdrawal,
            reply=WithdrawalPreview,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    on_hooks=(
        WIDENED.then(coverage.follow_widened),
        NARROWED.then(coverage.follow_narrowed),
        WITHDRAWN.then(coverage.follow_withdrawn),
    ),
    reactions=freezing.REACTIONS,
    timers=settling.ON_TIMER,
    measures=measuring.MEASURES,
)
