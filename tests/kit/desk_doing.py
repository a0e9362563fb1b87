"""The services' responses about a case with a record for every action, and the forms of its pages."""

import re
from html import unescape
from typing import Any

from services.intake.cases.work.rules.queues import KINDS
from services.web.doing.table import CASE_ACTS
from tests.kit.desk import Site, answered

CASE = "0195566e-7a10-7000-8000-000000000001"
RECORD = "0195566e-7a10-7000-8000-000000000002"
AGENCY = "0195566e-7a10-7000-8000-000000000003"
#: A record that every action can refer to, with a text in every text field that a service sends.
RECORDED: dict[str, Any] = {
    "id": RECORD,
    "state": "draft",
    "agency": AGENCY,
    "purpose": "accommodation_placement",
    "detected_on": "2026-02-02",
    "exploitation_types": ["ForcedLabour"],
    "work_ended_on": "2025",
    "kind": "person",
    "age": "adult",
    "happened": "2026-03-02",
    "withdrawn": False,
    "given_on": "2026-02-02",
    "status": "opened",
    "remedy": "NL.SCHADEFONDS",
    "phase": "after_support",
    "danger_type": "trafficker_contact",
    "urgency": "today",
    "raised_at": "2026-03-02T09:00:00+00:00",
    "acknowledged_at": None,
    "ended_at": None,
}


class Services:
    """The services' responses; a test changes parts of them."""

    def __init__(self, site: Site, text: str = "Fictitious") -> None:
        self.site, self.allowed, self.reason = site, True, {"reason": "state", "message": "Record a consent first."}
        self.record = dict(RECORDED)
        self.agreement: dict[str, Any] = {"channels": ["phone"], "zone": "Europe/Amsterdam", "code_word": text}
        self.person = {
            "names": [{"kind": "given", "name": "Qzxvname"}],
            "birth": {"date": "1999-07", "disputed": False},
        }
        self.member = {"id": RECORD, "name": text, "agency": AGENCY, "roles": ["caseworker"], "languages": ["ro"]}
        self.member |= {"takes_cases": True, "until": "2026-05-01", "address": text}
        self.team: list[dict[str, Any]] = []
        self.version = 7
        self.held_because: str | None = None
        self.is_connected = True
        self.reply: tuple[int, Any] = (201, {"id": RECORD})
        self.text = text
        self.sent: list[tuple[str, str, Any, dict[str, str]]] = []
        site.services.answer = self.answer

    def answer(self, service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if method != "GET":
            headers = self.site.services.requests[-1][4]
            self.sent.append((f"{service} {method}", path, body, headers))
            return self.reply
        path = path.partition("?")[0]
        answers: dict[str, Any] = {
            f"/v1/cases/{CASE}": self.case(service),
            f"/v1/cases/{CASE}/safe-contact/agreement": {"agreement": self.agreement},
            f"/v1/cases/{CASE}/referrals/{RECORD}/package": {"package": {"risk": self.text}},
            f"/v1/cases/{CASE}/referrals/{RECORD}/package/preview": {
                "package": {"risk": self.text},
                "left_out": ["health"],
                "held_because": self.held_because,
                "not_covered": ["health"] if self.held_because else [],
            },
            f"/v1/agencies/{AGENCY}": {"id": AGENCY, "is_connected": self.is_connected, "contact": self.text},
            f"/v1/cases/{CASE}/person": self.person,
            f"/v1/cases/{CASE}/facts": {"facts": [{**self.record, "kind": "judgment_final", "heard": False}]},
            "/v1/staff": {"staff": [self.member, {**self.member, "id": AGENCY, "name": None}]},
            f"/v1/staff/{RECORD}": self.member,
            "/v1/agencies": {"agencies": [{"id": AGENCY, "name": self.text}]},
            f"/v1/offered-referrals/{RECORD}": self.offer(),
            "/v1/offered-referrals": {"offers": [self.offer()]},
            "/v1/confirmations": {"confirmations": [self.confirmation(kind) for kind in KINDS]},
        }
        return (200, answers[path]) if path in answers else answered(service, method, path, body)

    def case(self, service: str) -> dict[str, Any]:
        actions = {act.operation.action for act in CASE_ACTS if act.service == service}
        refused = {"allowed": self.allowed, **({} if self.allowed else self.reason)}
        lists = {act.records for act in CASE_ACTS if act.records}
        return {
            "id": CASE,
            "version": self.version,
            "number": "NL-1",
            "actions": [{"action": action, **refused} for action in sorted(actions)],
            "etags": [
                {"part": "safe_contact", "etag": f"safe_contact-{self.version}"},
                {"part": f"referrals/{RECORD}", "etag": f"referral-{self.version}"},
            ],
            "team": self.team,
            **{name: [self.record] for name in lists},
            "entitlement_proposals": [{**self.record, "state": "proposed"}],
        }

    def offer(self) -> dict[str, Any]:
        return {"id": RECORD, "agency_type": "police", "service_types": ["childcare"], "urgent": True}

    def confirmation(self, kind: str) -> dict[str, Any]:
        known: dict[str, Any] = {
            "at": "2026-03-02T09:00:00+00:00",
            "due_at": None,
            "reason": self.text,
            "given": [self.text],
        }
        known |= {"by_name": self.text, "member_name": self.text, "before": "child", "roles": ["supervisor"]}
        known |= {"number": "7KQF-3MXC", "although_open": "others_go_on", "closed_on": None}
        known["open"] = [{"what": "period", "code": "GB.RECONSIDER"}]
        known["sign_ins"] = [{"issuer": "https://id.example", "subject": self.text}]
        return {"id": RECORD, "kind": kind, "case": CASE, "version": self.version, **known}


def hidden_of(page: str) -> dict[str, str]:
    """Return the hidden inputs of the page's first form for an action."""
    form = page.partition('<form method="post" autocomplete')[2]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    return {
        name: unescape(value)
        for name, value in found
        if name in ("form_token", "key", "version", "shown", "confirmed", "kind")
    }
