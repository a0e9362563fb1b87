"""Matters of the service legal: advice, claims, files, proceedings, hearings, periods."""

from typing import Any

from tests.transcript.cast import STAFF
from tests.transcript.steps import CASE, Thread
from tests.transcript.walks.laws import LAWS

_WRONG = ("learnt_more", "wrong_date", "not_so", "wrong_code")


def advice(t: Thread) -> None:
    """Record advice and its follow-up, correct it, explain rights."""
    c = t.chance
    body = {
        "phase": c.pick("before_entry_decision", "during_identification", "in_support"),
        "status": c.pick("given", "declined", "could_not_wait"),
        "topics": c.some(("compensation", "immigration", "unpaid_wages"), 2),
        "funding": c.pick("legal_aid", "pro_bono"),
        "language": "en",
        "interpreter": c.odds(1, 2),
    }
    given = t.post("adviser", "legal", "advice", body, "advice")
    follow = t.post(
        "adviser", "legal", f"advice/{given}/follow-ups", {"kind": "meet_again", "due_on": t.day(2, 20)}, "follow_up"
    )
    t.move(c.number(12))
    if c.odds(2, 3):
        t.post("adviser", "legal", f"follow-ups/{follow}/completion", {"done_on": t.day(-2, 0)})
    if c.odds(1, 3):
        t.post("adviser", "legal", f"advice/{given}/correction", {"reason": c.pick(*_WRONG), "given_on": t.day(-9, 0)})
    asked = t.post(
        c.pick("lead", "adviser"), "legal", "advice-requests", {"topics": ["housing"], "urgent": True}, "asked"
    )
    if c.odds(1, 2):
        t.post("adviser", "legal", f"advice-requests/{asked}/end", {"ended": "advised"})
    right = {
        "code": c.pick("compensation", "be_heard", "legal_help"),
        "language": "en",
        "format": "phone",
        "understood": "yes",
    }
    t.post("adviser", "legal", "rights", right, "right")
    t.get(c.pick("lead", "adviser"), "legal", "rights")
    t.post("adviser", "legal", "notes", {"kind": "advice_given", "text": "Fictitious"}, "note")
    t.get("adviser", "legal", "notes")


def claims(t: Thread) -> None:
    """Open a matter, apply, decide, pay, and correct all of it."""
    c, law = t.chance, LAWS[t.law]
    remedy = c.pick(*law.remedies)
    body = {"remedy": remedy} | ({"opened_on": t.day(-30, 0)} if c.odds(1, 2) else {})
    matter = t.post("adviser", "legal", "matters", body, "matter")
    path = f"matters/{matter}"
    if c.odds(4, 5):
        t.change("adviser", "legal", f"{path}/application", {"applied_on": t.day(-20, 0)})
        t.move(c.number(60))
        if c.odds(2, 3):
            outcome = c.pick("granted", "partly_granted", "refused")
            decided = {"outcome": outcome, "decided_on": t.day(-3, 0)}
            if outcome != "refused":
                decided |= {"amount_band": "1000_to_4999", "currency": law.currency}
            t.change("adviser", "legal", f"{path}/decision", decided)
            if outcome != "refused" and c.odds(2, 3):
                t.change("adviser", "legal", f"{path}/payment", {"paid_on": t.day(-1, 0)})
    if c.odds(1, 3):
        said = {"reason": c.pick(*_WRONG), c.pick("opened_on", "applied_on"): t.day(-60, 0)}
        t.post("adviser", "legal", f"{path}/correction", said)
    t.get("adviser", "legal", "remedies")
    won = {"remedy": remedy, "payer": c.pick("offender", "state"), "currency": law.currency, "amount": "1200.50"}
    award = t.post("adviser", "legal", "awards", {**won, "next_on": t.day(20, 60)}, "award")
    step: dict[str, Any] = {"kind": c.pick("payment", "payment", "unpaid", "enforcement")}
    if step["kind"] == "payment":
        step |= {"amount": "200.00", "currency": law.currency}
    t.post("adviser", "legal", f"awards/{award}/steps", step, "award_step")
    t.get("adviser", "legal", "awards")


def legal_facts(t: Thread) -> None:
    """Record facts at legal, request a reconsideration, pause a period."""
    c, law = t.chance, LAWS[t.law]
    for _ in range(1 + c.number(3)):
        kind = c.pick(
            *("discovery", "judgment_final", "objection_made", "conciliation_begun", "conciliation_certified"),
            *("period_opened", "period_closed", "residence_refused", "first_incident", "last_incident", "pause"),
        )
        body = {"kind": kind, "happened": t.vague(-700, -1)}
        if kind.startswith("period_") or kind == "pause":
            body |= {"clock": c.pick(*law.clocks), "ground": c.pick("advised_by_lawyer", "no_longer_needed")}
        if kind == "judgment_final":
            body["offender"] = c.pick("known", "unknown")
        fact = t.post("adviser", "legal", "facts", body, "fact")
        if c.odds(1, 3):
            said = {"reason": c.pick(*_WRONG), "happened": t.vague(-700, 0)}
            t.post("adviser", "legal", f"facts/{fact}/correction", said)
    stage = c.pick(*(stage for stage, outcome in law.stages if outcome), "reasonable_grounds")
    asked = {"stage": stage, "ground": c.pick("new_evidence", "other"), "requested_on": t.day(-10, 0)}
    request = t.post("adviser", "legal", "reconsiderations", asked, "reconsideration")
    if c.odds(1, 3):
        said = {"reason": "wrong_date", "requested_on": t.day(-20, 0)}
        t.post("adviser", "legal", f"reconsiderations/{request}/correction", said)
    where = c.pick({"state": "running"}, {"kind": "limitation"}, {})
    clock = t.find("adviser", "legal", f"/v1/cases/{CASE}", "clocks", "clock", where=where)
    t.change("adviser", "legal", f"clocks/{clock}/pause", {"since": t.day(-3, 0)})
    t.move(c.number(20))
    t.change("adviser", "legal", f"clocks/{clock}/resumption", {"again": t.day(-1, 0)})
    if c.odds(1, 2):
        t.change("adviser", "legal", f"clocks/{clock}/extension", {"until": t.day(10, 90)})


def files(t: Thread) -> None:
    """Open a matter's file, work on it, and close it."""
    c = t.chance
    made = {"type": c.pick("residence", "civil_damages", "criminal_victim"), "remedy": c.pick(*LAWS[t.law].remedies)}
    file = "matter-files/" + t.post("adviser", "legal", "matter-files", made, "file")
    opening = c.pick(
        {"decision": "accepted"}, {"decision": "accepted"}, {"decision": "rejected", "rejection": "no_capacity"}
    )
    t.post("adviser", "legal", f"{file}/opening", opening)
    t.post("lead", "intake", "team", {"member": str(STAFF["other_adviser"]), "role": "legal_adviser"})
    t.post("adviser", "legal", f"{file}/members", {"member": str(STAFF["other_adviser"]), "part": "deputy"})
    date = t.post(
        "adviser", "legal", f"{file}/dates", {"kind": "appeal", "due_on": t.day(3, 40), "unclear": c.odds(1, 4)}, "date"
    )
    t.post(c.pick("other_adviser", "adviser"), "legal", f"{file}/dates/{date}/check")
    if c.odds(1, 3):
        date = t.post("adviser", "legal", f"{file}/dates/{date}/move", {"due_on": t.day(5, 60)}, "date")
    t.move(c.number(30))
    if c.odds(2, 3):
        answer = c.pick({"answer": "filed", "proof": "Fictitious"}, {"answer": "missed"}, {"answer": "not_pursued"})
        t.post("adviser", "legal", f"{file}/dates/{date}/answer", answer)
    paper = t.post("adviser", "legal", f"{file}/documents", {"kind": "contract", "due_on": t.day(1, 20)}, "document")
    if c.odds(1, 2):
        t.post("adviser", "legal", f"{file}/documents/{paper}/receipt", {})
    t.post("adviser", "legal", f"{file}/reviews", {"review_on": t.day(5, 60)})
    t.post(
        "adviser",
        "legal",
        f"{file}/stages",
        c.pick({"stage": "filed"}, {"stage": "evidence"}, {"court_stage": "trial"}),
    )
    if c.odds(1, 4):
        barrier = {"member": str(STAFF["other_adviser"]), "reason": "acts_for_other_side"}
        t.post("adviser", "legal", f"{file}/barriers", barrier)
        t.get("other_adviser", "legal", file)
        t.get("other_adviser", "legal")
    if c.odds(1, 3):
        t.post("adviser", "legal", f"{file}/closing", {"outcome": c.pick("won", "lost", "withdrawn")})
    t.get("adviser", "legal", file)
    t.get("adviser", "legal", "/v1/matter-files/due")


def conflicts(t: Thread) -> None:
    """Name parties of two files, check for conflicts, and answer as the supervisor."""
    c = t.chance
    for role in ("employer", "accused"):
        file = "matter-files/" + t.post("adviser", "legal", "matter-files", {"type": "employment"}, "file")
        party = {"role": role, "names": [{"kind": "company", "name": c.pick("Fictitious Ltd", "Invented Ltd")}]}
        t.post("adviser", "legal", f"{file}/parties", party, "party")
        check = t.post("adviser", "legal", f"{file}/conflict-checks", None, "check")
        answer = c.pick(
            {"answer": "clear"},
            {"answer": "conflict", "reason": "acted_before"},
            {"answer": "waived", "reason": "other"},
        )
        t.post("supervisor", "legal", f"conflict-checks/{check}/answer", answer)
    t.get("supervisor", "legal", "/v1/conflict-checks")
    t.move(c.number(6))


def proceedings(t: Thread) -> None:
    """Follow proceedings: defendants, steps, hearings with their measures, protections."""
    c, law = t.chance, LAWS[t.law]
    file = "matter-files/" + t.post("adviser", "legal", "matter-files", {"type": "criminal_victim"}, "file")
    t.post("adviser", "legal", f"{file}/opening", {"decision": "accepted"})
    begun = {"kind": c.pick("criminal", "civil"), "person_role": c.pick("witness", "injured_party", "claimant")}
    proceeding = t.post("adviser", "legal", f"{file}/proceedings", {**begun, "began_on": t.day(-30, 0)}, "proceeding")
    path = f"{file}/proceedings/{proceeding}"
    defendant = t.post(
        "adviser", "legal", f"{path}/defendants", {"charges": c.some(("trafficking", "violence"), 2)}, "defendant"
    )
    for _ in range(1 + c.number(3)):
        step = {"stage": c.pick("charged", "trial", "convicted", "acquitted", "discontinued"), "defendant": defendant}
        if step["stage"] in ("convicted", "acquitted"):
            step["disposal"] = step["stage"]
        t.post("adviser", "legal", f"{path}/steps", step, "proceeding_step")
        t.move(c.number(8))
    held = {
        "kind": c.pick("trial", "tribunal"),
        "held_on": t.day(3, 30),
        "wanted": c.some(("interpreter", "travel"), 2),
    }
    hearing = t.post("adviser", "legal", f"{file}/hearings", {**held, "proceeding": proceeding}, "hearing")
    path = f"{file}/hearings/{hearing}"
    measure = {"measure": c.pick("screen", "interpreter"), "state": c.pick("asked", "granted"), "wish": "wanted"}
    t.post("adviser", "legal", f"{path}/measures", measure, "measure")
    prepared = {
        "wanted": ["interpreter"],
        "arranged": c.some(("interpreter",), 1, 0),
        "mode": "present",
        "statement": "read_out",
    }
    t.post("adviser", "legal", f"{path}/preparation", prepared)
    if c.odds(1, 3):
        t.post("adviser", "legal", f"{path}/move", {"held_on": t.day(10, 60)})
    t.move(c.number(35))
    t.post("adviser", "legal", f"{path}/end", {"state": c.pick("held", "cancelled", "adjourned")})
    t.get("adviser", "legal", f"{file}/hearings")
    protection = {"kind": "legal_aid", "basis": c.pick(law.legal_aid, law.legal_aid, "pro_bono")}
    kept = t.post("adviser", "legal", f"{file}/protections", protection, "protection")
    step = {"step": c.pick("applied", "granted", "refused")}
    if step["step"] == "granted":
        step["until"] = t.day(10, 100)
    t.post("adviser", "legal", f"{file}/protections/{kept}/steps", step, "protection_step")
    t.post("adviser", "legal", "/v1/calendar-feeds", {"busy_only": True, "days": 30}, "feed")
