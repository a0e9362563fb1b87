"""The dates of intake's case file that become timeline entries, and their lanes. Pure."""

from typing import Final

from shared.casework.timeline_dates import Dated, dated_facts

#: Kinds of facts without a record in the file, by the lane of their entries. Other facts repeat a record.
_FACTS: Final = {
    "detection": (
        "first_incident",
        "last_incident",
        "exploitation_ended",
        "work_ended",
        "crime_reported",
        "wages_withheld",
    ),
    "identification": (
        *("residence_requested", "residence_refused", "objection_made"),
        *("extension", "pause", "resumption", "period_opened", "period_closed", "breach", "breach_notified"),
        *("rights_request", "rights_answer"),
    ),
    "support": ("voucher_given",),
    "justice": (
        *("discovery", "judgment_final", "award_paid", "reconsideration_requested"),
        *("conciliation_begun", "conciliation_open", "conciliation_certified"),
    ),
}
_ID: Final = "identification"

DATES: Final = (
    Dated(part="", what="contact", lane="detection", at=("opened_on",), step="opened"),
    Dated(part="", what="contact", lane="support", at=("closed_on",), step="closed", values=("closure_reason",)),
    Dated(part="", what="contact", lane="support", at=("reopened_on",), step="reopened"),
    Dated(
        part="detections",
        what="detection",
        lane="detection",
        at=("happened", "detected_on"),
        values=("exploitation_types", "strength"),
    ),
    Dated(part="accounts", what="account", lane="detection", at=("happened", "given_on")),
    Dated(
        part="referrals_in",
        what="referral_in",
        lane="detection",
        at=("happened", "received_on"),
        values=("agency_type", "service_types"),
    ),
    Dated(
        part="consents",
        what="consent",
        lane=_ID,
        at=("happened", "granted_on"),
        until="expires_on",
        values=("purposes", "only_remedies", "only_matters", "only_stages", "agency_code"),
    ),
    Dated(
        part="consents",
        what="consent",
        lane=_ID,
        at=("withdrawal_happened", "withdrawn_on"),
        step="withdrawn",
        values=("purposes", "agency_code"),
        recorded_at="withdrawal_recorded_at",
        by="withdrawal_recorded_by",
    ),
    Dated(
        part="consent_refusals",
        what="consent",
        lane=_ID,
        at=("happened", "refused_on"),
        step="refused",
        values=("purposes", "agency_code"),
    ),
    Dated(
        part="withdrawal_answers",
        what="consent",
        lane=_ID,
        at=("happened", "answered_on"),
        step="answered",
        values=("answer",),
        by_agency="report",
    ),
    Dated(
        part="sharings",
        what="sharing",
        lane=_ID,
        at=("happened", "proposed_on"),
        until="until",
        values=("reason",),
        by="proposed_by",
    ),
    Dated(part="sharings", what="sharing", lane=_ID, at=("decided_on",), step="decided", by="decided_by"),
    Dated(
        part="referrals",
        what="referral",
        lane="support",
        at=("happened", "sent_on"),
        values=("purpose", "state:referral_state", "agency_code"),
        by="made_by",
    ),
    Dated(
        part="referral_steps",
        what="referral",
        lane="support",
        at=("happened", "recorded_at"),
        step="answered",
        values=("step:referral_step", "agency_code"),
        by_agency="report",
    ),
    Dated(
        part="service_progress",
        what="referral",
        lane="support",
        at=("happened", "recorded_at"),
        step="progress",
        values=("progress", "service_type"),
        by_agency="agency",
    ),
    Dated(part="entry_decisions", what="entry_decision", lane=_ID, at=("decided_on",), values=("decision",)),
    Dated(
        part="identification",
        what="identification",
        lane=_ID,
        at=("happened", "occurred_on", "received_on"),
        values=("stage", "outcome", "authority"),
    ),
    Dated(
        part="first_responders",
        what="identification",
        lane=_ID,
        at=("happened", "asked_on"),
        step="asked",
        values=("body",),
    ),
    Dated(
        part="first_responders",
        what="identification",
        lane=_ID,
        at=("answer_happened", "answered_on"),
        step="answered",
        values=("body",),
        recorded_at="answer_recorded_at",
        by="answer_recorded_by",
    ),
    Dated(part="notifications", what="notification", lane=_ID, at=("happened", "reported_on"), values=("body",)),
    Dated(part="annotations", what="annotation", lane=_ID, at=("annotated_on",), by="by"),
    *dated_facts(_FACTS, ("kind", "clock", "right")),
)
#: Parts of the file without entries: they have no date, or they repeat or describe other parts.
WITHOUT_ENTRIES: Final = frozenset(
    ("team", "exclusions", "clocks", "corrections", "former_details_reasons", "anonymity_choices")
)
