"""A case as the services show it to the desk, and the pages that every person can open."""

from typing import Any

from tests.kit.desk import ME, Site, answered

CASE = "0195566e-7a10-7000-8000-000000000001"
ALERT = "0195566e-7a10-7000-8000-000000000002"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>'\""
AGENCY = "0195566e-7a10-7000-8000-000000000003"
NOON = "2026-03-02T11:00:00+00:00"
OF_CASE = tuple(
    f"/cases/{CASE}{end}" for end in ("", "/print", "/paper", "/timeline", "/consents", f"/deadlines/{ALERT}")
)
PAGES = ("/", "/search", *OF_CASE, "/alerts")
#: An entry of a timeline, and a deadline in doubt.
ENTRY: dict[str, Any] = {
    "id": "0195566e-7a10-7000-8000-000000000004",
    "what": "detection",
    "step": None,
    "lane": "detection",
    "at": "2026-02-02",
    "until": None,
    "precision": "day",
    "values": [],
    "by": {"role": "caseworker", "agency": None, "agency_code": None},
    "source": "intake",
    "recorded_at": NOON,
    "corrected_by": None,
    "corrected_on": None,
    "corrected_because": None,
    "taken_back": False,
}
DEADLINE: dict[str, Any] = {
    "id": ALERT,
    "code": "NL.REFLECTION_MAX",
    "kind": "maximum",
    "state": "doubtful",
    "due_on": "2026-05-04",
    "other_due_on": "2026-05-11",
    "birthday": None,
    "certainty": "unclear",
    "doubts": ["last_incident_unknown"],
    "paused_on": None,
    "late_filing_possible": True,
    "verify": True,
    "question": "last_incident",
}


def case_files(text: str = "Fictitious") -> dict[str, Any]:
    """Return the services' responses about a case, with a text in every text field that people fill in."""
    intake = {
        "id": CASE,
        "number": text,
        "jurisdiction": "NL",
        "status": "open",
        "language": "bg",
        "age": "adult",
        "opened_on": "2026-02-02",
        "team": [{"member": ME["id"], "role": "caseworker", "lead": True}],
        "due": [],
        "clocks": [],
        "withheld": [],
        "withheld_categories": [],
    }
    contact = {
        "id": CASE,
        "safe_contact": {
            "recorded": True,
            "ways": ["phone"],
            "next_safe_at": None,
            "code_word": text,
            "if_another_answers": "hang_up",
            "story": text,
            "warning": text,
            "may_leave": [],
            "person_is_missing": False,
        },
        "keep_away": [],
        "contact_attempts": [],
    }
    member = {"member": ME["id"], "role": "caseworker", "lead": True, "name": text}
    parts = {
        "name": {"etag": "person-1-1", "data": {"id": CASE, "name": text, "name_state": "shown"}},
        "safe_contact": {"etag": "safe_contact-1-1", "data": contact},
        "team": {"etag": "team-1-1", "data": {"members": [member]}},
    }
    detection = {**ENTRY, "values": [{"field": "exploitation_types", "code_list": "exploitation_type", "code": text}]}
    by_service: dict[str, dict[str, Any]] = {
        "intake": {"entries": [detection], "deadlines": []},
        "legal": {"entries": [], "deadlines": [DEADLINE]},
        "support": {"entries": [], "deadlines": []},
    }
    whole = {"id": CASE, "next": None, "hidden": False, "withheld": [], "withheld_categories": []}
    return {
        ("intake", f"/v1/cases/{CASE}"): {**intake, "parts": parts},
        **{(name, f"/v1/cases/{CASE}/timeline"): {**whole, **shown} for name, shown in by_service.items()},
        ("legal", f"/v1/cases/{CASE}/clocks/{ALERT}/explanation"): explanation(text),
        ("partners", f"/v1/cases/{CASE}/deliveries"): {"id": CASE, "agencies": [received(text)]},
    }


def explanation(text: str = "Fictitious") -> dict[str, Any]:
    """Return legal's explanation of the date of the case's deadline."""
    return {
        "id": CASE,
        "deadline": DEADLINE,
        "facts": [
            {
                "id": CASE,
                "use": "starts",
                "kept": "here",
                "kind": "first_incident",
                "happened": "2025-05",
                "learnt": "2026-02-02",
            },
            {"id": ALERT, "use": "may_end", "kept": "other_case"},
        ],
        "rule": {
            "code": "NL.REFLECTION_MAX",
            "version": "2024-01-01",
            "effective_to": None,
            "layer": "NL",
            "source": text,
            "addresses": ["https://wetten.example/artikel"],
            "certainty": "likely",
            "check": "lawyer",
            "read_on": "2026-11-24",
            "from_memory": False,
            "note": text,
            "late_filing_possible": False,
        },
        "readings": [
            {
                "basis": "happened",
                "counted_from": "2025-05-01",
                "length": "P3M",
                "wording": text,
                "why": text,
                "due_on": "2026-05-04",
                "until": None,
                "doubts": [],
                "skipped": [{"day": "2026-05-03", "reason": text}],
            }
        ],
        "pauses": [],
        "extensions": [],
        "changes": [{"kind": "last_incident", "effect": "moves", "where": []}],
        "changes_at": "2026-05-04T22:00:00+00:00",
        "question": "last_incident",
        "closes": ["last_incident_unknown"],
        "ask_about": [],
    }


def received(text: str = "Fictitious") -> dict[str, Any]:
    """Return partners' record of what an agency received about the case."""
    return {
        "agency": AGENCY,
        "name": text,
        "state": "open",
        "purposes": ["referral_for_support"],
        "until": "2027-02-02",
        "data_categories": ["account"],
        "types": [{"type": "intake.referral.sent", "count": 2, "first_at": NOON, "last_at": NOON}],
        "channels": [{"channel": "webhook", "count": 2, "last_at": NOON}],
        "first_at": NOON,
        "last_at": NOON,
        "withdrawals": [],
    }


def show(site: Site, files: dict[Any, Any], **instead: tuple[int, Any]) -> None:
    """Let the services return a case; `instead` gives the services with another response."""

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if service in instead and path != "/v1/me":
            return instead[service]
        asked = service, path.partition("?")[0]
        return (200, files[asked]) if method == "GET" and asked in files else answered(service, method, path, body)

    site.services.answer = answer
