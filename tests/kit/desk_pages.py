"""A case as the services show it to the desk, and the pages that every person can open."""

from typing import Any

from tests.kit.desk import ME, Site, answered

CASE = "0195566e-7a10-7000-8000-000000000001"
ALERT = "0195566e-7a10-7000-8000-000000000002"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>'\""
PAGES = ("/", "/search", f"/cases/{CASE}", "/alerts")


def case_files(text: str = "Fictitious") -> dict[str, Any]:
    """The services' answers about a case, with a text wherever a service sends one that people typed."""
    intake = {
        "id": CASE,
        "number": text,
        "jurisdiction": "NL",
        "status": "open",
        "language": "bg",
        "age": "adult",
        "opened_on": "2026-02-02",
        "team": [{"member": ME["id"], "role": "caseworker", "lead": True}],
        "detections": [{"id": ALERT, "detected_on": "2026-02-02", "exploitation_types": [text]}],
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
    legal = {
        "id": CASE,
        "clocks": [
            {
                "id": ALERT,
                "code": "NL.REFLECTION",
                "kind": "protection",
                "state": "doubtful",
                "due_on": "2026-05-04",
                "other_due_on": "2026-05-11",
                "certainty": "unclear",
                "doubts": ["last_incident_unknown"],
                "paused_on": None,
                "late_filing_possible": True,
                "verify": True,
            }
        ],
    }
    support: dict[str, Any] = {"id": CASE, "alerts": []}
    return {
        ("intake", f"/v1/cases/{CASE}"): intake,
        ("intake", f"/v1/cases/{CASE}/safe-contact"): contact,
        ("legal", f"/v1/cases/{CASE}"): legal,
        ("support", f"/v1/cases/{CASE}"): support,
    }


def show(site: Site, files: dict[Any, Any], **instead: tuple[int, Any]) -> None:
    """Have the services show a case; `instead` names services that answer otherwise."""

    def answer(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if service in instead and path != "/v1/me":
            return instead[service]
        return (200, files[service, path]) if (service, path) in files else answered(service, method, path, body)

    site.services.answer = answer
