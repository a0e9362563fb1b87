"""The services' responses to an operator's pages."""

from typing import Any

from tests.kit.desk import ME, answered

AGENCY = "0195566e-7a10-7000-8000-0000000000c1"
WEBHOOK = "0195566e-7a10-7000-8000-0000000000c2"
SUBJECT = "0195566e-7a10-7000-8000-0000000000c3"
SERVICES = ("intake", "legal", "support", "partners")
WELL = {"database": "ok", "keys": "ok", "broker": "ok", "relay": "leads", "endings": "ok"}


def operation(service: str, **different: Any) -> dict[str, Any]:
    """A service's summary without any problem."""
    following = [
        {"source": other, "cursor": 10, "diverged": False, "held": 0, "parked": 0}
        for other in SERVICES
        if other != service
    ]
    exchange = {
        "head": 10,
        "published": 10,
        "unpublished_age_seconds": None,
        "following": following,
        "quarantined": 0,
        "forged": [],
        "probing": [],
    }
    backup = {"made_at": "2026-03-01T01:00:00+00:00", "failed_at": None, "is_overdue": False}
    top = {name: different.pop(name) for name in ("checks", "backup") if name in different}
    return {
        "service": service,
        "release": "0.3.0",
        "checks": {**WELL, **top.get("checks", {})},
        "exchange": {**exchange, **different},
        "backup": top.get("backup", backup if service == "intake" else None),
    }


SUMMARY = {
    "agency": AGENCY,
    "name": "Fictitious <Harbour>",
    "state": "active",
    "is_sandbox": False,
    "obstacles": ["no_agreement", "webhook_failing"],
    "position": 7,
    "last_at": "2026-03-02T09:00:00+00:00",
    "last_delivered_at": None,
    "behind": 3,
}
SHOWN_WEBHOOK = {
    "id": WEBHOOK,
    "url": "https://hooks.example.org/secret-path",
    "state": "disabled",
    "reason": "failed",
    "breaker": "open",
    "position": 4,
    "behind": 3,
    "failing_since": "2026-03-02T09:00:00+00:00",
    "last_delivered_at": None,
}
HOLD = {
    "source": "intake",
    "subject": SUBJECT,
    "state": "parked",
    "position": 42,
    "type": "org.casepath.intake.case.closed.v1",
    "attempts": 12,
    "reason": "ValueError",
    "held_at": "2026-03-02T09:00:00+00:00",
}
PATH = f"/v1/agencies/{AGENCY}"


def operated(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
    """Answer as services do for an operator."""
    route = path.partition("?")[0]
    if method == "POST":
        return 202, {}
    known: dict[str, Any] = {
        "/v1/me": {**ME, "roles": ["operator"]},
        "/v1/operation": operation(service),
        "/v1/holds": {"holds": [HOLD], "next": None},
        "/v1/reception": {"agencies": [SUMMARY], "next": None},
        f"{PATH}/agreements": {"agreements": []},
        f"{PATH}/keys": {"keys": []},
        f"{PATH}/webhooks": {"webhooks": [SHOWN_WEBHOOK]},
        f"{PATH}/webhooks/{WEBHOOK}": SHOWN_WEBHOOK,
        f"{PATH}/webhooks/{WEBHOOK}/attempts": {
            "attempts": [
                {
                    "at": "2026-03-02T09:00:00+00:00",
                    "sequence": 5,
                    "outcome": "refused",
                    "status": 500,
                    "answer": "Qzxv",
                }
            ],
            "next": None,
        },
    }
    return (200, known[route]) if route in known else answered(service, method, path, body)
