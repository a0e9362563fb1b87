"""Matters of intake that go beyond one person's account: teams, access, supervision, rights, closing and erasure."""

from tests.transcript.cast import STAFF
from tests.transcript.steps import CASE, On, Thread


def _id(name: str) -> str:
    return str(STAFF[name])


def team(t: Thread) -> None:
    """Add members, remove them, transfer the case."""
    c = t.chance
    who = c.pick("colleague", "other_adviser", "outreach")
    role = {"colleague": "caseworker", "other_adviser": "legal_adviser", "outreach": "outreach_worker"}[who]
    t.post("lead", "intake", "team", {"member": _id(who), "role": role, "lead": c.odds(1, 6)})
    t.get(who, "intake")
    if c.odds(1, 2):
        t.change(c.pick("lead", "supervisor"), "intake", f"team/{_id(who)}", how="DELETE")
        t.get(who, "intake")
    if c.odds(1, 5):
        members = [{"member": _id("colleague"), "role": "caseworker", "lead": True}]
        members += [{"member": _id("adviser"), "role": "legal_adviser"}]
        t.change("lead", "intake", "transfer", {"members": members})
    if c.odds(1, 3):
        t.post("outsider", "intake", "team", {"member": _id("outsider"), "role": "caseworker"})


def access(t: Thread) -> None:
    """Open the case in an emergency, review that, exclude a person."""
    c = t.chance
    who = c.pick("colleague", "outsider", "other_adviser", "supervisor")
    t.get(who, "intake")
    glass = t.post(who, "intake", "break-glass", {"reason": c.pick("danger_to_life", "missing_person")}, "glass")
    t.get(who, "intake")
    t.get("supervisor", "intake", "/v1/notices")
    notice = t.find("lead", "intake", "/v1/notices", "notices", "notice")
    t.post("lead", "intake", f"/v1/notices/{notice}/acknowledgement")
    t.change("officer", "intake", f"break-glass/{glass}/review", {"outcome": c.pick("needed", "not_needed")}, seen="")
    named = c.pick(
        {"kind": "worker", "member": _id(who)},
        {"kind": "agency", "agency": "@union"},
        {"kind": "relative", "note": "Fictitious: the aunt"},
        {"kind": "community_member"},
    )
    exclusion = t.post("lead", "intake", "exclusions", named, "exclusion")
    t.get(who, "intake")
    t.get(who, "legal")
    if c.odds(1, 3):
        t.change("lead", "intake", f"exclusions/{exclusion}", how="DELETE")


def staff(t: Thread) -> None:
    """Register staff, change them, let them leave; supervise and end supervisions."""
    c = t.chance
    body = {
        "agency": c.pick("@home", "@union"),
        "roles": c.some(("caseworker", "support_worker"), 2),
        "name": "Fictitious",
    }
    member = t.post(c.pick("operator", "supervisor"), "intake", "/v1/staff", body, "member")
    t.post("operator", "intake", "/v1/supervisions", {"supervisor": _id("supervisor"), "member": member})
    t.get("operator", "intake", f"/v1/supervisions/{_id('supervisor')}")
    change = {"roles": ["caseworker"], "takes_cases": c.odds(1, 2)}
    t.change("operator", "intake", f"/v1/staff/{member}", change, how="PATCH", seen=f"/v1/staff/{member}")
    t.post("lead", "intake", "team", {"member": member, "role": "caseworker"})
    if c.odds(1, 2):
        t.change("operator", "intake", f"/v1/supervisions/{_id('supervisor')}/{member}", how="DELETE", seen="/v1/me")
    if c.odds(1, 2):
        t.post("operator", "intake", f"/v1/staff/{member}/leaving", {"successor": _id("colleague")})
    t.get("lead", "intake", "/v1/staff", role="caseworker")


def rights(t: Thread) -> None:
    """Request a copy, disclose to an authority, annotate, notify a body."""
    c = t.chance
    kind = c.pick("copy", "access_report")
    asked = t.post("lead", "intake", "access-requests", {"kind": kind, "received_on": t.day(-3, 0)}, "access_request")
    check = {"in_private": c.odds(2, 3), "finding": c.pick("free", "free", "forced", "unclear")}
    t.change("lead", "intake", f"access-requests/{asked}/check", check)
    review = {"part": c.pick("privileged", "third_parties"), "outcome": c.pick("include", "leave_out")}
    t.change("supervisor", "intake", f"access-requests/{asked}/review", review)
    t.get("lead", "intake", kind.replace("_", "-"))
    if c.odds(1, 2):
        demand = {"demanded_by": c.pick("court", "police"), "basis": c.pick("court_order", "request_without_order")}
        demand |= {"asked": c.some(("account", "contact", "detection", "person"), 3)}
        disclosure = t.post("lead", "intake", "disclosures", demand, "disclosure")
        decision = {"challenged": "not_challenged", "decision": c.pick("given", "refused"), "person_told": True}
        decision |= {"given": ["account"]} if decision["decision"] == "given" else {}
        t.change("adviser", "intake", f"disclosures/{disclosure}/decision", decision)
        path = f"disclosures/{disclosure}/confirmation"
        t.change("supervisor", "intake", path, {"confirms": c.odds(2, 3)}, seen="disclosures")
    account = t.post("lead", "intake", "accounts", {"happened": t.vague(-20, 0)}, "account")
    note = {"about": "account", "record": account, "reason": "incomplete", "statement": "Fictitious"}
    t.post("lead", "intake", "annotations", note, "annotation")
    t.get("lead", "intake", "notification-preview", body="GB.LOCAL_PANEL")
    t.post("lead", "intake", "notifications", {"body": c.pick("NL.COMENSHA", "RO.ANITP", "GB.SCA")}, "notification")
    t.move(c.number(40))


def closing(t: Thread) -> None:
    """Close the case, reopen it, and close it with a second person."""
    c = t.chance
    reason = c.pick("goals_met", "lost_contact", "moved_on", "person_withdrew")
    t.change("lead", "intake", "closure", {"reason": reason})
    proposal = t.post(
        "lead", "intake", "closing-proposals", {"reason": reason, "although_open": "person_decided"}, "proposal"
    )
    path = f"closing-proposals/{proposal}/confirmation"
    t.change("supervisor", "intake", path, {"confirms": c.odds(3, 4)}, seen="closing-proposals")
    t.move(c.number(30))
    t.post("lead", "intake", "facts", {"kind": "crime_reported", "happened": t.vague(-20, 0)}, "fact")
    if c.odds(2, 3):
        t.change("lead", "intake", "reopening", {"reason": c.pick("new_facts", "new_danger", "closed_in_error")})
    t.get("officer", "intake", "/v1/retention/due")


def erasure(t: Thread) -> None:
    """Request the erasure, check, decide and confirm it; perhaps under a hold."""
    c = t.chance
    if c.odds(1, 4):
        hold = {"basis": c.pick("criminal_proceedings", "compensation_claim"), "until": t.day(10, 100)}
        placed = t.post("adviser", "intake", "legal-holds", hold, "hold")
        if c.odds(1, 2):
            t.change("adviser", "intake", f"legal-holds/{placed}", how="DELETE")
    asked = t.post("lead", "intake", "erasure-requests", {"reason": "asked_for_by_the_person"}, "erasure")
    path, seen = f"erasure-requests/{asked}", "erasure-requests"
    for who, checked in (("lead", "coercion"), ("adviser", "third_party")):
        t.change(who, "intake", f"{path}/checks", {"checked": checked}, seen=seen)
    decision = c.pick("order", "order", "order", "refuse")
    body = {"decision": decision} | ({"reason": "legal_claims"} if decision == "refuse" else {})
    t.change("officer", "intake", f"{path}/decision", body, seen=seen)
    t.change("second_officer", "intake", f"{path}/confirmation", {"confirms": c.odds(4, 5)}, seen=seen)
    t.move(c.number(10))
    t.get("lead", "intake")
    t.get("adviser", "legal")
    t.get("support", "support")
    t.get("officer", "intake", "/v1/erasures/overdue")


def small_matters(t: Thread) -> None:
    """Perform rare actions: outreach, first responders, a change of law, corrections of the opening."""
    c = t.chance
    met = {"region": "NL-NH", "setting": "workplace", "languages": ["bg"], "topics": ["rights_at_work"]}
    session = t.post(
        "outreach", "intake", "/v1/outreach-sessions", {**met, "reached": 20, "spoke_with": 9, "contacts": 2}, "session"
    )
    t.get("supervisor", "intake", f"/v1/outreach-sessions/{session}/progression")
    asked = {"body": c.pick("salvation_army", "police", "migrant_help"), "can_decide": c.odds(3, 4)}
    first = t.post("lead", "intake", "first-responder", asked, "first_responder")
    answer = c.pick({"answer": "accepted"}, {"answer": "declined", "reason": "no_capacity"})
    t.change("lead", "intake", f"first-responder/{first}/answer", answer)
    t.post(
        "lead", "intake", "opening/corrections", {"reason": "learnt_more", "language": "uk", "opened_on": t.day(-9, 0)}
    )
    if c.odds(1, 2):
        law = c.pick("NL", "RO", "GB-EAW", "GB-SCT")
        t.move(3)
        t.post("lead", "intake", "law", {"jurisdiction": law, "since": t.day(-2, 0)})
    t.post("lead", "intake", "/v1/deadlines/calculate", {"jurisdiction": "NL", "rule": "NL.OBJECTION", "from": On(-10)})
    t.post("lead", "intake", "alerts", {"danger_type": c.pick("trafficker_contact", "missing"), "urgency": "immediate"})
    t.post("lead", "intake", "/v1/self-checks", {"language": "en", "answers": {}})
    clock = t.find("lead", "intake", f"/v1/cases/{CASE}", "clocks", "clock", where={"state": "running"})
    t.change(c.pick("lead", "supervisor"), "intake", f"clocks/{clock}/extension", {"until": t.day(100, 300)})
    due = t.find("lead", "intake", "/v1/work-list", "items", "due", name="reference")
    t.change("lead", "intake", f"due/{due}/acknowledgement")
