"""What a reader sees of a case at intake: the class of every field, and who sees a class."""

from collections.abc import Mapping

from shared.access.permissions import FieldClass, FieldVisibility, Need

_STANDING, _ACCOUNT, _HEALTH, _STATISTICS = (
    FieldClass.BASIC,
    FieldClass.ACCOUNT,
    FieldClass.HEALTH,
    FieldClass.STATISTICS,
)
#: What goes along with a referral: as it is written, and as it went.
_PACKED_ACCOUNT = ("risk_to_person", "risk_to_staff", "risk", "told")
_PACKED_IDENTITY = ("language", "dialect", "interpreter_gender", "dependants", "out_of_hours", "safe_contact")
_PACKED_PRIVILEGED = ("exclusions", "excluded_agencies")
#: class -> the parts of a case ("" is the case itself) -> their fields
_FIELDS: Mapping[FieldClass, Mapping[str, tuple[str, ...]]] = {
    _STANDING: {
        "": (
            "id",
            "version",
            "jurisdiction",
            "status",
            "opened_on",
            "closed_on",
            "reopened_on",
            "withdrawn",
            "due_on",
            "step",
            "state",
            "next",
            "package_sent_on",
            "left_out",
        ),
        "team": ("member", "role", "lead"),
        "identification": (
            *("id", "stage", "outcome", "authority", "occurred_on", "received_on", "made_elsewhere", "basis"),
            *("corrected_on", "corrected_because"),
        ),
        "first_responders": ("id", "body", "state", "reason", "asked_on", "answered_on"),
        "clocks": (
            *("id", "code", "kind", "state", "says", "began_on", "due_on", "other_due_on", "paused_on"),
            *("late_filing_possible", "rule_version", "verify"),
        ),
        "entry_decisions": ("id", "decision", "advice", "decided_on"),
        "merges": ("id", "case", "alias", "merged_on"),
        "links": ("id", "case", "kind", "linked_on"),
        "corrections": ("id", "record_class", "record", "reason", "corrected_on"),
        "erasure_requests": (
            *("id", "state", "reason", "refusal", "requested_at", "coercion_checked_at", "third_party_reviewed_at"),
            *("decided_at", "completed_at"),
        ),
        "legal_holds": ("id", "basis", "until"),
        # Data protection decides on them.
        "sharings": (
            *("id", "state", "agency", "purpose", "data_categories", "reason", "until", "proposed_by", "proposed_on"),
            *("review_by", "decided_by", "decided_on", "person_told_on"),
        ),
    },
    _STATISTICS: {
        "": ("source", "channel", "language", "anonymous", "age", "outreach_session", "closure_reason"),
    },
    _ACCOUNT: {
        "package": _PACKED_ACCOUNT,
        "sent": _PACKED_ACCOUNT,
        "": ("decision", "finding", "part", "outcome", "told", "body", "receiver"),
        "access_requests": (
            *("id", "kind", "received_on", "finding", "checked_by", "checked_at", "third_parties", "privileged"),
            *("third_parties_reviewed_by", "privileged_reviewed_by", "released_until"),
        ),
        "annotations": ("id", "about", "record", "reason", "statement", "annotated_on", "by"),
        "disclosures": (
            *("id", "demanded_by", "basis", "asked", "received_on", "challenged", "decision", "given"),
            *("person_agreed", "person_told", "not_told_reason", "decided_on", "decided_by"),
        ),
        "detections": (
            *("id", "indicators", "strength", "exploitation_types", "means_of_control", "sectors", "detector"),
            *("earliest_incident_on", "work_ended_on", "detected_on", "operational"),
        ),
        "consents": (
            *("id", "agency", "purposes", "data_categories", "language", "checklist"),
            *("granted_on", "expires_on", "withdrawn_on", "erase_requested", "explained_by"),
        ),
        "withdrawal_answers": ("id", "consent_id", "answer", "basis", "answered_on"),
        "holders": ("agency", "data_categories", "referrals", "still_covered", "keeps", "verify"),
        "explained": ("says", "strength", "seen", "explanation", "verify"),
        "explained.dimensions": ("dimension", "enough", "explanation"),
        "notifications": ("id", "body", "receiver", "told", "reported_on"),
        "accounts": ("id", "times", "elsewhere", "reason", "given_on"),
        "referrals_in": ("id", "agency_type", "reason", "service_types", "urgent", "received_on"),
        "referrals": (
            *("id", "state", "agency", "purpose", "service_types", "data_categories", "urgent", "reply_by"),
            *("sent_on", "made_by"),
            *("conditions", "reason", "outcome", "returned_to", "responsible"),
        ),
    },
    # How to reach somebody is for all who may have to, and so is whether that is safe.
    FieldClass.IDENTITY: {
        "": ("names", "birth", "gender", "earlier_genders", "nationalities", "safe_contact", "agreement"),
        "contact": ("phone", "email"),
        "duplicates": ("case", "matched"),
        "package": _PACKED_IDENTITY,
        "sent": _PACKED_IDENTITY,
        "contact_attempts": ("id", "channel", "at", "outcome", "made_by"),
    },
    FieldClass.LOCATION: {"contact": ("address",)},
    _HEALTH: {"": ("overall_risk",), "package": ("urgent_health",), "sent": ("urgent_health",)},
    # Whom the person fears: no emergency opens that.
    FieldClass.PRIVILEGED: {
        "exclusions": ("id", "kind", "member", "agency"),
        "package": _PACKED_PRIVILEGED,
        "sent": _PACKED_PRIVILEGED,
    },
}
_READERS = ("caseworker", "outreach_worker", "legal_adviser", "counsellor", "support_worker", "supervisor")
#: Who may have to find somebody in an emergency; the others know of a person's name only on their team.
_FINDERS = ("caseworker", "outreach_worker", "supervisor")
_PATH = ("caseworker", "legal_adviser", "supervisor")

SIGHT = FieldVisibility.of(
    _FIELDS,
    {
        # Data protection has no part in a case: it sees what the person's rights concern, and not the file.
        _STANDING: {**dict.fromkeys(_READERS, Need.READING), "data_protection_officer": Need.ANY},
        _STATISTICS: dict.fromkeys(_READERS, Need.READING),
        # What the person told of themselves: to others than those who lead the path, not even in an emergency.
        _ACCOUNT: {**dict.fromkeys(_READERS, Need.TEAM), **dict.fromkeys(_PATH, Need.READING)},
        FieldClass.IDENTITY: {**dict.fromkeys(_READERS, Need.TEAM), **dict.fromkeys(_FINDERS, Need.READING)},
        # Where somebody lives or hides is for those who go there.
        FieldClass.LOCATION: {"support_worker": Need.TEAM, **dict.fromkeys(_FINDERS, Need.READING)},
        FieldClass.PRIVILEGED: {**dict.fromkeys(_READERS, Need.TEAM), "supervisor": Need.SUPERVISION},
        _HEALTH: dict.fromkeys([role for role in _READERS if role != "legal_adviser"], Need.READING),
    },
)
