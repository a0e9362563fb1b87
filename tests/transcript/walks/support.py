"""Matters of the service support: needs and risk, safety, placements, counselling, absence, moving on."""

from tests.transcript.steps import CASE, Thread
from tests.transcript.walks.laws import LAWS

_DOMAINS = (
    "immediate_safety",
    "trafficker_contact",
    "accommodation",
    "mental_health",
    "children_dependants",
    "money_debt",
)
_SERVICES = ("accommodation_emergency", "counselling", "medical", "money_subsistence", "childcare")
_WRONG = ("learnt_more", "wrong_date", "not_so", "wrong_code")


def _scores(t: Thread) -> dict[str, dict[str, int]]:
    c = t.chance
    return {name: {"need": c.number(5), "risk": c.number(5)} for name in c.some(_DOMAINS, 4)}


def assessments(t: Thread) -> None:
    """Assess needs and risk, continue, share and correct the assessment, and use a questionnaire."""
    c = t.chance
    body = {"type": c.pick("initial", "review"), "domains": _scores(t), "unfinished": c.odds(1, 3)}
    made = t.post(c.pick("support", "counsellor", "lead"), "support", "assessments", body, "assessment")
    if c.odds(1, 2):
        t.post("support", "support", f"assessments/{made}/continuation", {"domains": _scores(t)})
    if c.odds(1, 3):
        shared = {"agency": c.pick("@harbour", "@union"), "domains": ["accommodation"]}
        share = t.post("support", "support", f"assessments/{made}/shares", shared, "share")
        t.post("support", "support", f"assessments/{made}/shares/{share}/ending")
    if c.odds(1, 3):
        t.post("support", "support", f"assessments/{made}/correction", {"reason": "learnt_more", "domains": _scores(t)})
    t.get("support", "support", f"assessments/{made}/copy")
    answers = {str(item): c.number(5) for item in range(1, 11)}
    filled = {"instrument": "core10", "language": "en", "filled_by": "with_interpreter", "answers": answers}
    t.post("counsellor", "support", "measures", filled, "measure")
    t.get("counsellor", "support", "measures")
    t.move(c.number(30))


def needs(t: Thread) -> None:
    """Record needs, deliver services, request practical help, plan support."""
    c = t.chance
    need = t.post("support", "support", "needs", {"service_type": c.pick(*_SERVICES)}, "need")
    body = {"service_type": c.pick(*_SERVICES), "urgent": c.odds(1, 2)}
    if c.odds(1, 3):
        body["happened"] = t.vague(-20, 0)
    service = t.post(c.pick("support", "counsellor"), "support", "services", body, "service")
    if c.odds(1, 3):
        t.post("support", "support", f"services/{service}/correction", {"reason": c.pick(*_WRONG), "urgent": True})
    if c.odds(1, 4):
        t.post("support", "support", f"needs/{need}/correction", {"reason": "not_so"})
    asked = {"service_type": "documents", "needed_by": t.day(1, 20)}
    help_ = t.post("support", "support", "practical-help", asked, "help")
    state = c.pick({"state": "tried"}, {"state": "given"}, {"state": "not_given", "not_given_because": "no_money"})
    t.post("support", "support", f"practical-help/{help_}/progress", state)
    plan = {
        "goal_types": c.some(("Health", "Legal", "Education"), 2),
        "person_has_copy": True,
        "review_on": t.day(5, 40),
    }
    agreed = t.post("support", "support", "plans", plan, "plan")
    if c.odds(1, 3):
        t.post("support", "support", f"plans/{agreed}/correction", {"reason": "wrong_date", "review_on": t.day(3, 60)})
    t.move(c.number(30))
    t.get("support", "support", "/v1/practical-help")


def safety(t: Thread) -> None:
    """Agree on a safety plan and goals, and raise, acknowledge and end alerts."""
    c = t.chance
    step = {"part": "in_danger", "text": "Fictitious", "visible": "no", "escalates": "unknown", "who": "person"}
    place = {"part": "safe_places", "place_kind": "hospital", "visible": "yes", "escalates": "no", "who": "person"}
    t.post("support", "support", "safety-plans", {"steps": [step, place], "code_word": "linnet"}, "safety_plan")
    if c.odds(1, 3):
        t.post("support", "support", "safety-plans/reopening", {"reason": c.pick("danger", "hearing")})
    goal = t.post("support", "support", "goals", {"goal_type": "find_home", "words": "Fictitious"}, "goal")
    t.post("support", "support", f"goals/{goal}/progress", {"state": c.pick("under_way", "reached", "put_aside")})
    t.post("support", "support", f"goals/{goal}/ratings", {"rating": c.number(11)})
    danger = {
        "danger_type": c.pick("trafficker_contact", "self_harm", "child_at_risk"),
        "urgency": c.pick("immediate", "today", "this_week"),
    }
    alert = t.post(c.pick("support", "counsellor", "lead"), "support", "alerts", danger, "alert")
    t.get("supervisor", "support", "/v1/alerts")
    t.move(hours=c.number(30))
    if c.odds(3, 4):
        t.post(c.pick("lead", "support", "supervisor"), "support", f"alerts/{alert}/acknowledgement")
    t.move(days=c.number(4))
    if c.odds(2, 3):
        t.post("support", "support", f"alerts/{alert}/ending", {"reason": c.pick("danger_over", "made_safe")})
    if c.odds(1, 5):
        t.post("support", "support", f"alerts/{alert}/correction", {"reason": "wrong_code", "urgency": "today"})
    t.get("lead", "support", "/v1/alerts")


def placements(t: Thread) -> None:
    """Record a provider, match, offer a placement, move in, review, move out."""
    c = t.chance
    house = {"name": "Fictitious House", "services": ["accommodation_emergency"], "country": "NL", "serves": ["women"]}
    house |= {"takes_children": c.odds(1, 2), "languages": ["bg", "en"]}
    provider = t.post(c.pick("support", "supervisor"), "support", "/v1/providers", house, "provider")
    places = {
        "vacancy": c.pick("free", "full", "assess_first"),
        "free_places": c.pick(0, 1, 3),
        "known_until": t.day(2, 9),
    }
    t.post("support", "support", f"/v1/providers/{provider}/places", places)
    t.get("support", "support", "provider-matches", service_type="accommodation_emergency", gender="women")
    offer = {"accommodation_type": c.pick("safe_house", "refuge", "hotel"), "provider": c.pick(provider, None)}
    placement = t.post("support", "support", "placements", {**offer, "held_until": t.day(1, 5)}, "placement")
    path = f"placements/{placement}"
    if c.odds(1, 4):
        t.post("support", "support", f"{path}/refusal", {"refused_by": "person", "refused_because": "too_far"})
    else:
        t.post(
            "support", "support", f"{path}/move-in", {"safe": c.pick("yes", "no", "unknown"), "ends_on": t.day(10, 60)}
        )
        t.move(c.number(15))
        t.post("support", "support", f"{path}/review", {"safe": c.pick("yes", "no", "unknown")})
        if c.odds(1, 2):
            t.post("support", "support", f"{path}/move-out", {"exit_reason": c.pick("moved_on", "lost_contact")})
    if c.odds(1, 4):
        t.post("support", "support", f"{path}/correction", {"reason": "wrong_date", "offered_on": t.day(-9, 0)})
    law = LAWS[t.law]
    entitled = {"entitlement": c.pick(*law.entitlements), "started_on": t.day(-20, 0), "ends_on": t.day(5, 60)}
    entitlement = t.post("support", "support", "entitlements", entitled, "entitlement")
    path = f"entitlements/{entitlement}"
    t.post("support", "support", f"{path}/asking", {})
    if c.odds(1, 2):
        t.post("support", "support", f"{path}/prolonging", {"ends_on": t.day(30, 120)})
    t.move(c.number(25))


def counselling(t: Thread) -> None:
    """Request counselling, start it, meet, pause, resume, end it."""
    c = t.chance
    asked = {"modalities": ["one_to_one"], "waits_because": c.pick("language", "no_place"), "language": "bg"}
    request = t.post("support", "support", "counselling-requests", asked, "counselling_request")
    course = t.post("counsellor", "support", "counselling", {"modality": "one_to_one"}, "course")
    t.post("counsellor", "support", f"counselling-requests/{request}/answer", {"state": c.pick("started", "withdrawn")})
    for _ in range(1 + c.number(3)):
        met = {"course": course, "attendance": c.pick("came", "planned", "did_not_come", "unsafe_to_come")}
        sitting = t.post("counsellor", "support", "counselling-sessions", met, "sitting")
        if c.odds(1, 3):
            t.post("counsellor", "support", f"counselling-sessions/{sitting}/attendance", {"attendance": "came_late"})
        t.move(c.number(9))
    aim = t.post(
        "counsellor",
        "support",
        "counselling-aims",
        {"aim": c.pick("sleep_better", "less_fear"), "course": course},
        "aim",
    )
    t.post("counsellor", "support", f"counselling-aims/{aim}/progress", {"how_it_goes": c.pick("closer", "same")})
    if c.odds(1, 2):
        pause = t.post("counsellor", "support", f"counselling/{course}/pauses", {"because": "needs_rest"}, "pause")
        t.move(c.number(40))
        if c.odds(1, 2):
            t.post("counsellor", "support", f"counselling-pauses/{pause}/return", {})
    if c.odds(1, 2):
        ended = {"reason": c.pick("goals_met", "lost_contact")}
        t.change("counsellor", "support", f"counselling/{course}/ending", ended)
    t.post("counsellor", "support", "notes", {"kind": "counselling", "text": "Fictitious"}, "note")
    t.get(c.pick("counsellor", "support", "lead"), "support", "notes")


def absences(t: Thread) -> None:
    """Report the person missing, decide, inform the police, find the person, hold the return talk."""
    c = t.chance
    body = {"is_child": c.odds(1, 4), "high_risk": c.odds(1, 2), "missed_on": t.day(-2, 0)}
    if c.odds(1, 2):
        body |= {"reason": c.pick("fear", "trafficker_contact"), "agreed_to_police": c.odds(1, 2)}
    absence = t.post(c.pick("support", "lead", "counsellor"), "support", "absences", body, "absence")
    path = f"absences/{absence}"
    t.move(hours=c.number(30))
    t.post("support", "support", f"{path}/decision", {"decision": c.pick("missing", "missing", "left_by_choice")})
    t.move(hours=c.number(30))
    if c.odds(2, 3):
        t.post("lead", "support", f"{path}/police")
    t.post("support", "support", f"{path}/review")
    t.move(days=c.number(4))
    if c.odds(2, 3):
        found = {
            "safe": c.pick("yes", "no", "unknown"),
            "outcome": c.pick("found_safe", "returned", "found_in_exploitation"),
        }
        t.post("support", "support", f"{path}/finding", found)
        t.move(days=c.number(4))
        t.post("support", "support", f"{path}/talk")
    if c.odds(1, 4):
        t.post("support", "support", f"{path}/correction", {"reason": "not_so"})
    t.get("lead", "intake")


def moving_on(t: Thread) -> None:
    """Agree on moving on, attempt check-ins, close it; record dependants."""
    c = t.chance
    outcomes = [{"outcome": "secure_suitable_housing", "services": ["accommodation_longer"]}]
    agreed = {"outcomes": outcomes, "leaves_on": t.day(0, 10), "check_in_after": c.pick([7, 30], [14], [30, 90])}
    transition = t.post("support", "support", "transitions", agreed, "transition")
    for _ in range(1 + c.number(3)):
        t.move(c.number(15))
        tried = {"way": c.pick("phone", "sms"), "reached": c.odds(2, 3)}
        if tried["reached"]:
            tried["safe"] = c.pick("yes", "no", "unknown")
        check = t.post("support", "support", f"transitions/{transition}/check-ins", tried, "check_in")
        if c.odds(1, 5):
            t.post("support", "support", f"check-ins/{check}/correction", {"reason": "wrong_outcome", "reached": False})
    if c.odds(1, 2):
        t.post(
            "support",
            "support",
            f"transitions/{transition}/closing",
            {"closing_because": c.pick("settled", "lost_contact")},
        )
    child = {
        "relation": c.pick("child", "sibling", "parent"),
        "age": c.pick("0_4", "12_15", "adult"),
        "whereabouts": c.pick("with_person", "with_trafficker", "unknown"),
        "care": c.pick("person", "nobody", "state"),
        "check_on": t.day(3, 20),
    }
    dependant = t.post("support", "support", "dependants", child, "dependant")
    if c.odds(1, 2):
        t.post(
            "support",
            "support",
            f"dependants/{dependant}/check",
            {"whereabouts": c.pick("with_person", "with_trafficker")},
        )
    t.get(c.pick("lead", "support"), "support", f"/v1/cases/{CASE}")
