"""Matters of the service intake: detections, the official path, sharing, and the person's own data."""

from tests.transcript.steps import CASE, On, Thread
from tests.transcript.walks.laws import LAWS

_MEANS = ("DebtBondage", "TakesEarnings", "WithholdsDocuments", "PhysicalThreats", "unknown", "not_asked")
_CATEGORIES = ("contact_safe", "health", "identity", "account", "location", "children", "immigration")
_PURPOSES = ("referral_for_support", "accommodation_placement", "legal_representation", "compensation_claim")
_SERVICES = ("accommodation_emergency", "counselling", "legal_advice", "medical", "interpretation")
_WRONG = ("learnt_more", "more_exact_date", "not_so", "wrong_date", "recorded_twice")
_AGENCIES = ("@harbour", "@union", "@union", "NL.COMENSHA", "GB.SCA", "RO.ANITP")


def detections(t: Thread) -> None:
    """Record signs, and correct what was recorded."""
    c = t.chance
    body = {
        "indicators": c.some(("abuse_of_vulnerability", "debt_bondage", "isolation", "withholding_of_wages"), 3),
        "exploitation_types": c.some(("ForcedLabour", "SexualExploitation", "DomesticServitude", "unknown"), 2),
        "means_of_control": c.some(_MEANS, 3),
        "detector": c.pick("ngo", "police", "self", "labour_inspectorate"),
    }
    if c.odds(1, 3):
        body["sectors"] = c.some(("F_Construction", "A_AgricultureForestryAndFishing", "unknown"), 2)
    for name, first, last in (
        ("earliest_incident_on", -2500, -1000),
        ("last_incident_on", -900, -300),
        ("exploitation_ended_on", -290, -40),
        ("work_ended_on", -200, -1),
        ("crime_reported_on", -100, 0),
    ):
        if c.odds(1, 2):
            body[name] = t.vague_day(first, last)
    found = t.post("lead", "intake", "detections", body, "detection")
    t.get(c.pick("lead", "adviser"), "intake", f"detections/{found}/explanation")
    for _ in range(c.number(3)):
        said = {"reason": c.pick(*_WRONG)}
        said[c.pick("last_incident_on", "exploitation_ended_on", "work_ended_on")] = t.vague_day(-900, -1)
        t.post("lead", "intake", f"detections/{found}/correction", said)
    if c.odds(1, 8):
        t.post("lead", "intake", f"detections/{found}/correction", {"reason": "not_so", "withdrawn": True})


def official_path(t: Thread) -> None:
    """Record steps of the official path, in order or not, and correct some of them."""
    c, law = t.chance, LAWS[t.law]
    start = c.number(2)
    for stage, outcome in law.stages[start : start + 1 + c.number(len(law.stages))]:
        if c.odds(1, 5):
            continue
        body = {"stage": stage, "made_elsewhere": True, "happened": t.vague(-30, -6)}
        if law.authorities.get(stage):
            body["authority"] = c.pick(law.authorities[stage], law.authorities[stage], "GB.IECA")
        if outcome:
            body["outcome"] = c.pick(outcome, outcome, outcome, "negative", "pending")
        if c.odds(1, 4):
            body["learnt"] = t.day(-5, 0)
        if t.law == "NL" and stage.startswith("reflection"):
            body["dublin"] = c.pick("yes", "no", "unknown")
        if t.law == "RO" and stage == "presumed":
            body["foreigner"] = c.pick("yes", "no", "unknown")
        if c.odds(1, 6):
            del body["made_elsewhere"]
        step = t.post("lead", "intake", "identification", body, "step")
        if c.odds(1, 3):
            t.move(c.number(25), c.number(20))
        if c.odds(1, 5):
            said = {"reason": c.pick("wrong_date", "recorded_twice", "not_taken", "wrong_outcome")}
            t.post(c.pick("lead", "lead", "lead", "supervisor"), "intake", f"identification/{step}/correction", said)
        elif c.odds(1, 5):
            said = {"reason": c.pick("more_exact_date", "learnt_more"), "happened": t.vague(-30, 0)}
            t.post("lead", "intake", f"facts/{step}/correction", said)
    decision = c.pick("enter", "decline", "undecided", "notify_only")
    t.post(
        "lead", "intake", "entry-decisions", {"decision": decision, "advice": c.pick("given", "declined", "unknown")}
    )


def facts(t: Thread) -> None:
    """Record facts, vague or late, correct and withdraw them."""
    c, law = t.chance, LAWS[t.law]
    for _ in range(2 + c.number(4)):
        kind = c.pick(
            *("crime_reported", "residence_requested", "residence_refused", "objection_made", "voucher_given"),
            *("work_ended", "period_opened", "period_closed", "breach", "reconsideration_requested"),
            *("rights_request", "last_incident"),
        )
        body = {"kind": kind, "happened": t.vague(-120, -11)}
        if kind.startswith("period_"):
            body |= {"clock": c.pick(*law.clocks), "ground": c.pick("decided_by_authority", "advised_by_lawyer")}
        if kind == "rights_request":
            body["right"] = c.pick("access", "erasure", "rectification")
        if kind == "reconsideration_requested":
            body["stage"] = c.pick(*(stage for stage, outcome in law.stages if outcome), "reasonable_grounds")
        if c.odds(1, 3):
            body["learnt"] = t.day(-10, 0)
        fact = t.post(c.pick("lead", "lead", "adviser"), "intake", "facts", body, "fact")
        if c.odds(1, 2):
            said = {"reason": c.pick(*_WRONG), "happened": t.vague(-120, -11)}
            t.post("lead", "intake", f"facts/{fact}/correction", said)
        if c.odds(1, 5):
            t.post("lead", "intake", f"facts/{fact}/correction", {"reason": "not_so", "withdrawn": True})
    t.get("lead", "intake", "facts")


def consents(t: Thread) -> None:
    """Record a consent, withdraw it, answer the withdrawal, and correct all of it."""
    c = t.chance
    body = {
        "agency": c.pick(*_AGENCIES),
        "purposes": c.some(_PURPOSES, 3),
        "data_categories": c.some(_CATEGORIES, 4),
        "language": c.pick("bg", "en", "ro"),
        "checklist": ["told_purpose", "told_uses", "told_withdrawal", *c.some(("agrees_interview",), 1, 0)],
        "expires_on": t.day(20, 500),
    }
    if c.odds(1, 4):
        body["granted_on"] = t.day(-10, 0)
    consent = t.post("lead", "intake", "consents", body, "consent")
    if c.odds(1, 3):
        t.post("lead", "intake", "consent-refusals", {"agency": c.pick(*_AGENCIES)}, "refusal")
    if c.odds(1, 3):
        said = {"reason": "wrong_code", "data_categories": c.some(_CATEGORIES, 3)}
        t.post("lead", "intake", f"consents/{consent}/correction", said)
    t.move(c.number(40), c.number(10))
    if c.odds(1, 2):
        t.get("lead", "intake", f"consents/{consent}/withdrawal-preview")
        said = {"erase_requested": c.pick(True, False, None)}
        if c.odds(1, 4):
            said["happened"] = t.day(-3, 0)
        t.change(c.pick("lead", "supervisor"), "intake", f"consents/{consent}/withdrawal", said)
        t.move(c.number(20))
        if c.odds(1, 2):
            answer = t.post(
                "lead", "intake", f"consents/{consent}/answers", {"answer": c.pick("stopped", "deleted")}, "answer"
            )
            if c.odds(1, 3):
                said = {"reason": "wrong_code", "answer": "kept", "basis": "legal_obligation"}
                t.post("lead", "intake", f"withdrawal-answers/{answer}/correction", said)
        if c.odds(1, 4):
            path = f"consents/{consent}/withdrawal/correction"
            t.post("lead", "intake", path, {"reason": c.pick("not_so", "wrong_date"), "withdrawn_on": t.day(-5, 0)})
    t.get("officer", "intake", "/v1/consents/unanswered", days="5")


def sharings(t: Thread) -> None:
    """Propose to share without consent, decide on it, inform the person."""
    c = t.chance
    body = {
        "agency": c.pick(*_AGENCIES),
        "purpose": c.pick("referral_for_support", "police_investigation", "protection"),
        "data_categories": c.some(_CATEGORIES, 3),
        "reason": c.pick("child_at_risk", "immediate_danger_to_life", "serious_crime_prevention", "statutory_duty"),
        "until": t.day(5, 60),
    }
    sharing = t.post(c.pick("lead", "supervisor"), "intake", "sharings", body, "sharing")
    path = f"sharings/{sharing}"
    t.change("officer", "intake", f"{path}/decision", {"approves": c.odds(3, 4)}, seen="sharings")
    if c.odds(1, 2):
        t.change("lead", "intake", f"{path}/told", {"told_on": t.day(-2, 0)}, seen="sharings")
    if c.odds(1, 3):
        t.post("lead", "intake", f"{path}/correction", {"reason": "wrong_date", "until": t.day(1, 90)})
    t.move(c.number(70))


def referrals(t: Thread) -> None:
    """Refer the person to an agency, and take the referral through its steps."""
    c = t.chance
    agency, purpose = c.pick(*_AGENCIES), c.pick("referral_for_support", "accommodation_placement")
    consent = {
        "agency": agency,
        "purposes": [purpose],
        "data_categories": ["contact_safe", "health", "identity"],
        "language": "en",
        "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
        "expires_on": t.day(60, 400),
    }
    if c.odds(4, 5):
        t.post("lead", "intake", "consents", consent, "consent")
    draft = {
        "agency": agency,
        "purpose": purpose,
        "service_types": c.some(_SERVICES, 2),
        "data_categories": c.some(("contact_safe", "health", "identity"), 3),
        "reply_by": t.day(2, 14),
    }
    if c.odds(1, 3):
        draft["urgent"] = c.pick(True, False, None)
    referral = t.post("lead", "intake", "referrals", draft, "referral")
    package = {
        "language": "bg",
        "risk_to_person": c.pick("low", "high", "unknown"),
        "risk": "Fictitious",
        "told": "Fictitious",
    }
    if c.odds(1, 2):
        t.change("lead", "intake", f"referrals/{referral}/package", package, how="PUT")
        t.get("lead", "intake", f"referrals/{referral}/package/preview")
    for step in c.pick(
        ("send", "receive", "accept", "arrive", "complete"),
        ("send", "receive", "reject"),
        ("send", "request_information", "give_information", "accept", "miss"),
        ("send", "revoke"),
        ("withdraw",),
        ("send", "wait_list"),
    ):
        body = {"step": step}
        if step == "reject":
            body["reason"] = c.pick("no_capacity", "wrong_area", "risk_too_high")
        if step == "complete":
            body["outcome"] = c.pick("service_given", "person_left")
        if step in ("wait_list", "give_information"):
            body["reply_by"] = t.day(3, 20)
        if c.odds(1, 5):
            body["happened"] = t.vague(-3, 0)
        taken = t.change("lead", "intake", f"referrals/{referral}/steps", body, keep="referral_step")
        if c.odds(1, 6):
            t.post("lead", "intake", f"referral-steps/{taken}/correction", {"reason": "not_so"})
        t.move(c.number(6), c.number(12))
    if c.odds(1, 4):
        t.post("lead", "intake", f"referrals/{referral}/correction", {"reason": "wrong_code", "urgent": True})
    if c.odds(1, 4):
        t.post("lead", "intake", "referral-answers", {"agency": agency, "step": c.pick("accept", "receive", "reject")})


def referrals_in(t: Thread) -> None:
    """Record that another agency referred the person here."""
    c = t.chance
    body = {"agency_type": c.pick("NGO", "Shelter", "unknown"), "reason": c.pick("Other", "AdditionalServicesRequired")}
    body |= {"service_types": c.some(_SERVICES, 2), "received_on": t.day(-5, 0)}
    referral = t.post("lead", "intake", "referrals-in", body, "referral_in")
    if c.odds(1, 2):
        t.post("lead", "intake", f"referrals-in/{referral}/correction", {"reason": "learnt_more", "urgent": True})


def person(t: Thread) -> None:
    """Record the identity of the person and their safe contact, and change both."""
    c = t.chance
    t.change("lead", "intake", "anonymity", {"anonymous": False, "reason": "person_asks_for_it"}, seen="")
    born = c.pick(On(-9000), On(-6500), On(-6205), On(-6200, "month"), On(-7000, "year"), On(0, "unknown"))
    body = {
        "names": [{"kind": "given", "name": "Ruxandra"}, {"kind": "family", "name": c.pick("Fictitious", "Invented")}],
        "birth": {"date": born, "disputed": c.odds(1, 5)},
        "gender": c.pick("Feminine", "Masculine", "not_asked"),
        "nationalities": c.some(("VN", "RO", "BG"), 2),
        "contact": {"phone": "fictitious", "email": None, "address": None},
    }
    t.change("lead", "intake", "person", body, how="PUT")
    if c.odds(1, 2):
        t.change("lead", "intake", "person/names", {"kind": "family", "name": "Made up", "since": t.vague_day(-30, 0)})
        t.post("lead", "intake", "person/former-details", {"reason": "paper_in_former_name"})
    safe = {
        "channels": c.some(("sms", "phone", "email", "in_person"), 2),
        "zone": LAWS[t.law].zone,
        "if_another_answers": c.pick("hang_up", "say_wrong_number", "ask_for_code_word"),
        "code_word": "linnet",
    }
    t.change(c.pick("lead", "support"), "intake", "safe-contact", safe, how="PUT")
    for _ in range(c.number(3)):
        tried = {
            "channel": c.pick("phone", "sms"),
            "outcome": c.pick("reached", "not_reached", "another_answered", "was_unsafe"),
        }
        attempt = t.post(c.pick("lead", "support", "adviser"), "intake", "contact-attempts", tried, "attempt")
        if c.odds(1, 4):
            said = {"reason": "wrong_outcome", "outcome": "reached"}
            t.post("lead", "intake", f"contact-attempts/{attempt}/correction", said)
    t.get(c.pick("lead", "support", "supervisor", "adviser"), "intake", "person")
    t.get(c.pick("lead", "counsellor", "outsider"), "intake", "safe-contact")
    t.post("colleague", "intake", "/v1/searches", {"name": "Ruxandra Fictitious"})


def duplicates(t: Thread) -> None:
    """Open a second case of the person, link and merge it, and withdraw the merge."""
    c = t.chance
    opening = {
        "jurisdiction": t.law,
        "source": "self",
        "channel": "phone",
        "language": "en",
        "anonymous": c.odds(1, 2),
        "age": "adult",
    }
    other = t.post(c.pick("lead", "lead", "colleague"), "intake", "/v1/cases", opening, "case")
    signs = {"indicators": ["debt_bondage"], "exploitation_types": ["ForcedLabour"], "means_of_control": ["unknown"]}
    signs |= {"detector": "self", "last_incident_on": t.vague_day(-400, -10)}
    t.post("lead", "intake", f"/v1/cases/{other}/detections", signs, "detection")
    if c.odds(1, 2):
        link = t.post("lead", "intake", "links", {"case": other, "kind": c.pick("family", "same_household")}, "link")
        if c.odds(1, 3):
            t.change("lead", "intake", f"links/{link}", how="DELETE")
    merge = t.post("lead", "intake", "merges", {"case": other}, "merge")
    t.get("lead", "intake", f"/v1/cases/{other}")
    t.move(c.number(5))
    if c.odds(1, 2):
        t.change("lead", "intake", f"merges/{merge}", how="DELETE")
    t.get("lead", "intake", "duplicates")
    step = {"stage": LAWS[t.law].stages[0][0], "made_elsewhere": True, "happened": t.vague(-20, 0)}
    t.post("lead", "intake", f"/v1/cases/{other}/identification", step, "step")
    t.get(c.pick("lead", "adviser"), "intake", f"/v1/cases/{CASE}")
