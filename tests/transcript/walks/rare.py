"""Requests that other walks omit: corrections of each kind of record, reads, and rare requests."""

from typing import Any

from tests.transcript.steps import Thread
from tests.transcript.walks.laws import LAWS

_WRONG = ("learnt_more", "wrong_date", "wrong_code")


def corrections(t: Thread) -> None:
    """Record and correct records of kinds that other walks rarely correct."""
    c, law = t.chance, LAWS[t.law]
    course = t.post("counsellor", "support", "counselling", {"modality": "group"}, "course")
    kinds: tuple[tuple[str, str, str, dict[str, Any], dict[str, Any]], ...] = (
        ("lead", "intake", "accounts", {"happened": t.vague(-20, -3)}, {"elsewhere": True}),
        ("lead", "intake", "consent-refusals", {"agency": "@harbour"}, {"refused_on": t.day(-5, 0)}),
        ("support", "support", "goals", {"goal_type": "papers", "words": "Fictitious"}, {"goal_type": "work"}),
        ("support", "support", "dependants", _CHILD, {"age": "16_17"}),
        ("support", "support", "practical-help", {"service_type": "documents"}, {"service_type": "medical"}),
        ("counsellor", "support", "counselling-aims", {"aim": "grieve", "course": course}, {"aim": "less_fear"}),
        ("counsellor", "support", f"counselling/{course}/pauses", {"because": "family"}, {"because": "health"}),
        ("support", "support", "safety-plans", {"steps": [_STEP]}, {"review_on": t.day(3, 20)}),
        ("support", "support", "counselling-requests", _ASKED, {"modalities": ["online"]}),
        ("support", "support", "entitlements", _entitled(t, law.entitlements), {"ends_on": t.day(9, 90)}),
        (
            "support",
            "support",
            "transitions",
            {"outcomes": _OUTCOMES, "leaves_on": t.day(1, 9)},
            {"leaves_on": t.day(2, 20)},
        ),
    )
    for who, service, path, body, said in c.some(kinds, 6, 4):
        record = t.post(who, service, path, body, "record")
        at = "counselling-pauses" if path.endswith("/pauses") else path
        t.post(who, service, f"{at}/{record}/correction", {"reason": c.pick(*_WRONG), **said})
        t.move(c.number(5))
    sitting = t.post(
        "counsellor", "support", "counselling-sessions", {"course": course, "attendance": "came"}, "sitting"
    )
    t.post(
        "counsellor",
        "support",
        f"counselling-sessions/{sitting}/correction",
        {"reason": "wrong_code", "attendance": "came_late"},
    )
    t.post(
        "counsellor",
        "support",
        f"counselling/{course}/correction",
        {"reason": "wrong_date", "started_on": t.day(-9, -1)},
    )


_CHILD: dict[str, Any] = {"relation": "child", "age": "12_15", "whereabouts": "with_person", "care": "person"}
_STEP: dict[str, Any] = {"part": "leaving", "text": "Fictitious", "visible": "no", "escalates": "no", "who": "person"}
_ASKED: dict[str, Any] = {"modalities": ["group"], "waits_because": "childcare"}
_OUTCOMES: list[dict[str, Any]] = [{"outcome": "secure_suitable_housing", "services": ["accommodation_longer"]}]


def _entitled(t: Thread, entitlements: tuple[str, ...]) -> dict[str, Any]:
    return {"entitlement": t.chance.pick(*entitlements), "started_on": t.day(-30, 0), "ends_on": t.day(10, 60)}


def reads(t: Thread) -> None:
    """Read rarely read resources, with and without permission."""
    c = t.chance
    looked = (
        *(("lead", "intake", path) for path in ("sharings", "access-requests", "disclosures", "erasure-requests")),
        *(
            ("lead", "intake", path)
            for path in ("closing-proposals", "/v1/me", "/v1/retention/schedule", "/v1/self-check")
        ),
        *(
            ("adviser", "legal", path)
            for path in ("copy", "access-report", "facts", "matter-files", "/v1/calendar-feeds")
        ),
        *(("counsellor", "support", path) for path in ("copy", "access-report", "safety-plans/code-word")),
        *(("support", "support", path) for path in ("/v1/providers", "/v1/instruments", "/v1/counselling-requests")),
        *(
            ("operator", "partners", path)
            for path in ("/v1/agreements", "/v1/agency-keys", "/v1/agencies/@union/agreements")
        ),
        *(("outreach", "intake", path) for path in ("/v1/outreach-sessions",)),
        *(("officer", "intake", path) for path in ("/v1/consents/withdrawals", "/v1/retention/schedule")),
        *(("supervisor", "legal", path) for path in ("/v1/brief-advice",)),
    )
    for who, service, path in c.some(looked, 12, 6):
        t.get(c.pick(who, who, who, "outsider"), service, path)


def seldom(t: Thread) -> None:
    """Open several cases at once, advise in brief, retain a case, move a record, resolve a pseudonym."""
    people = [{"reference": f"p{number}", "language": "ro", "anonymous": True, "age": "adult"} for number in (1, 2)]
    common = {"jurisdiction": t.law, "source": "labour_inspectorate", "channel": "in_person"}
    t.post("lead", "intake", "/v1/case-openings", {"common": common, "people": people})
    brief = {"phase": "before_detection", "status": "given", "topics": ["unpaid_wages"], "funding": "none"}
    t.post(
        "adviser", "legal", "/v1/brief-advice", {**brief, "language": "en", "interpreter": False, "format": "outreach"}
    )
    kept = {"record_class": "case_file", "reason": "claim_still_possible", "keep_until": t.day(100, 900)}
    t.post("officer", "intake", "retention-reviews", kept)
    t.change(
        "officer",
        "intake",
        "/v1/retention/schedule",
        {"jurisdiction": t.law, "record_class": "case_file", "years": 7},
        how="PUT",
    )
    account = t.post("lead", "intake", "accounts", {"happened": t.vague(-20, -3)}, "account")
    opening = {**common, "language": "en", "anonymous": True, "age": "adult"}
    other = t.post("lead", "intake", "/v1/cases", opening, "case")
    t.post("lead", "intake", "moves", {"record_class": "account", "record": account, "to_case": other})
    t.post("lead", "intake", "/v1/searches/former-names", {"reason": "duplicate_in_doubt"})
    t.post(
        "officer", "partners", "/v1/agencies/@union/pseudonym-resolutions", {"pseudonym": account, "reason": "audit"}
    )
    hook = {"url": "http://127.0.0.1:9/fictitious", "kind": "v1"}
    webhook = t.post("union_administering", "partners", "/v1/agencies/@union/webhooks", hook, "webhook")
    t.get("union_administering", "partners", f"/v1/agencies/@union/webhooks/{webhook}")
    path = f"/v1/agencies/@union/webhooks/{webhook}"
    t.change("union_administering", "partners", path, {"is_paused": True}, how="PATCH", seen=path)
    ending = {"member": "0191a000-0000-7000-8000-00000000000e"}
    ended = t.post("operator", "intake", "/v1/access/endings", ending, "ending")
    t.post("supervisor", "intake", f"/v1/access/endings/{ended}/confirmation", {"confirms": True})
    t.get("operator", "intake", "/v1/access/endings")
