"""Matters of the service partners: agencies, their subscriptions, their reports, and their streams."""

from tests.transcript.steps import Thread


def agencies(t: Thread) -> None:
    """Register an agency, record an agreement, suspend it and resume it."""
    c = t.chance
    entry = {
        "name": "Fictitious Clinic",
        "type": c.pick("NGO", "HealthServiceOrganisation"),
        "country": c.pick("NL", "RO"),
    }
    entry |= {"languages": ["nl"], "takes_referrals": c.odds(1, 2)}
    agency = t.post(c.pick("operator", "officer"), "partners", "/v1/agencies", entry, "agency")
    path = f"/v1/agencies/{agency}"
    agreed = {"purposes": ["referral_for_support"], "data_categories": ["contact_safe"], "jurisdictions": ["NL"]}
    agreed |= {"first_day": t.day(-3, 3), "last_day": t.day(30, 300), "reference": "Fictitious 7"}
    agreement = t.post("operator", "partners", f"{path}/agreements", agreed, "agreement")
    who = c.pick("officer", "officer", "operator")
    t.change(who, "partners", f"{path}/agreements/{agreement}/confirmation", seen=f"{path}/agreements/{agreement}")
    t.post("operator", "partners", f"{path}/keys", {"purpose": "production", "scopes": ["reading"]}, "key")
    t.get("operator", "partners", f"{path}/keys")
    t.change("operator", "partners", path, {"languages": ["nl", "ro"]}, how="PATCH", seen=path)
    if c.odds(1, 2):
        t.post("officer", "partners", f"{path}/suspension", {"reason": "no_capacity"})
        t.change("officer", "partners", f"{path}/resumption", seen=path)
    if c.odds(1, 3):
        t.post("operator", "partners", f"{path}/agreements/{agreement}/ending", {"reason": "no_longer_needed"})
    if c.odds(1, 3):
        t.post("operator", "partners", f"{path}/ending", {"reason": "closed_down"})
    t.get("operator", "partners", "/v1/agencies", type="NGO")


def subscriptions(t: Thread) -> None:
    """Change an agency's subscription while its stream grows, and freeze the stream."""
    c = t.chance
    name = c.pick("harbour", "union")
    path = f"/v1/agencies/@{name}"
    asked = c.pick(
        {"form": "thin"},
        {"data_categories": ["contact_safe", "health"]},
        {"purposes": ["referral_for_support"]},
        {"paused": True},
        {"jurisdictions": ["NL"]},
        {"types": ["intake.consent.granted", "intake.consent.withdrawn", "intake.referral.sent"]},
    )
    t.change(f"{name}_administering", "partners", f"{path}/subscription", asked, how="PUT", seen=f"{path}/subscription")
    t.move(c.number(5))
    t.get(f"{name}_reading", "partners", "/v1/feed", after="0", limit="50")
    stop = c.pick("suspension", None, None)
    if stop:
        t.post("officer", "partners", f"{path}/{stop}", {"reason": "data_protection_concern"})
        t.move(c.number(3))
        t.get(f"{name}_reading", "partners", "/v1/feed", after="0")
        t.change("officer", "partners", f"{path}/resumption", seen=path)
    if c.odds(1, 3):
        t.change(
            f"{name}_administering", "partners", f"{path}/subscription", {}, how="PUT", seen=f"{path}/subscription"
        )
    if c.odds(1, 4):
        t.post("officer", "partners", f"{path}/pseudonym-rotations", {"reason": "audit"})
        t.get(f"{name}_reading", "partners", "/v1/agency/renamed")
    t.get(f"{name}_reading", "partners", "/v1/agency")
    t.get("officer", "partners", f"{path}/decisions", limit="50")


def reports(t: Thread) -> None:
    """Let an agency refer a person here; ask about, accept or decline the offer."""
    c = t.chance
    offered = {
        "id": f"0191b000-0000-7000-8000-{c.number(1 << 40):012x}",
        "kind": "referral",
        "jurisdiction": c.pick(t.law, "NL"),
        "referred_because": "AdditionalServicesRequired",
        "service_types": ["legal_advice"],
        "urgent": c.odds(1, 2),
        "language": "ro",
        "age": c.pick("adult", "child"),
        "details_agreed": True,
    }
    t.post("union_reporting", "partners", "/v1/agency/reports", offered, "report")
    offer = t.find("lead", "intake", "/v1/offered-referrals", "offers", "offer")
    path = f"/v1/offered-referrals/{offer}"
    if c.odds(1, 2):
        t.change("lead", "intake", f"{path}/questions", {"asked": ["age", "consent"]}, seen=path)
    if c.odds(2, 3):
        accepted = {"channel": "phone", "language": "ro", "anonymous": True}
        t.change("lead", "intake", f"{path}/acceptance", accepted, seen=path)
    else:
        t.change("lead", "intake", f"{path}/refusal", {"reason": "no_capacity"}, seen=path)
    t.get("union_reporting", "partners", "/v1/agency/reports")
    t.get("union_reading", "partners", "/v1/feed", after="0")


def misfits(t: Thread) -> None:
    """Send forbidden, unknown or malformed requests to each service."""
    c = t.chance
    for service, path, who in (
        ("intake", "detections", "counsellor"),
        ("legal", "matters", "support"),
        ("support", "alerts", "outsider"),
        ("partners", "/v1/agencies", "lead"),
        ("intake", "/v1/cases", "support"),
        ("intake", "consents", "harbour_worker"),
        ("legal", "notes", "lead"),
        ("support", "assessments", "adviser"),
    ):
        if c.odds(1, 2):
            t.post(c.pick(who, "lead", "outsider"), service, path, c.pick({}, {"unknown": 1}, {"reason": "nothing"}))
    t.get(c.pick("outsider", "statistician", "operator"), c.pick("intake", "legal", "support"))
    t.get("lead", "intake", "/v1/cases/$nobody")
    t.change("lead", "intake", "closure", {"reason": "goals_met"}, seen="/v1/me")
    t.get(c.pick("statistician", "supervisor"), "legal", "/v1/justice-outcomes")
    t.get(c.pick("statistician", "supervisor"), "intake", "/v1/progression")
