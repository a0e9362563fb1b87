"""England: from a first call to a home of her own. She is missing for one night, and two people close the case."""

from typing import Any, Final

import pytest

from deploy.cli.journey.desk import Desk
from tests.e2e.support_stories.support_case import (
    ADVISER,
    CODE_WORD,
    COUNSELLOR,
    NAME,
    SUPERVISOR,
    WORDS,
    WORKER,
    SupportCase,
    check_says_nothing,
)
from tests.kit.listening_agency import ListeningAgency
from tests.kit.passing_time import PassingTime
from tests.kit.team_case import LEAD

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

AUTHORITY: Final = {"authority": "GB.SCA", "made_elsewhere": True}
OPENING: Final[dict[str, Any]] = {
    "channel": "phone",
    "language": "vi",
    "anonymous": False,
    "urgent_needs": ["accommodation_emergency"],
}
FIRST_DAY: Final[dict[str, Any]] = {
    "accommodation": {"need": 3, "risk": 2, "priority": 5, "words": WORDS, "worker_need": 2, "worker_risk": 3},
    "trafficker_contact": {"need": 2, "risk": 4, "worker_risk": 3},
}
SECOND_DAY: Final[dict[str, Any]] = {
    "mental_health": {"need": 3, "risk": 2},
    "self_harm_suicide": {"need": "prefer_not_to_say", "risk": "prefer_not_to_say"},
}
STEPS: Final[list[dict[str, str]]] = [
    {"part": "warning_signs", "text": WORDS, "visible": "no", "escalates": "unknown", "who": "person"},
    {"part": "safe_places", "place_kind": "hospital", "region": "GB-MAN", "visible": "yes", "escalates": "no",
     "who": "person"},
]  # fmt: skip
HOUSE: Final = {"services": ["accommodation_longer"], "languages": ["vi"], "country": "GB", "serves": ["women"]}
NORTH: Final = {"name": "Fictitious North", "regions": ["GB-MAN"]}
THAMES: Final = {"name": "Fictitious Thames", "regions": ["GB-LND"]}
#: The fields of a referral draft that intake accepts.
REFERRAL: Final = ("agency", "purpose", "service_types", "data_categories", "urgent", "reply_by")
#: Question 6 asks about danger.
ANSWERS: Final = {"1": 3, "2": 2, "3": 1, "4": 2, "5": 3, "6": 1, "7": 2, "8": 2, "9": 1, "10": 2}


def test_from_a_first_call_to_a_home_of_her_own_missing_over_a_night(
    time: PassingTime, house: Desk, harbour: ListeningAgency
) -> None:
    time.at("2026-05-04T09:00:00Z")
    case = SupportCase.opened(house, "GB-EAW", **OPENING)
    she_calls(case, time, harbour)
    she_says_what_she_needs(case, time)
    she_finds_a_place(case, time, harbour)
    she_is_counselled(case, time)
    she_is_missing_over_a_night(case, time, harbour)
    she_moves_on(case, time)
    two_people_close_it(case, time)
    what_each_of_them_sees(case, harbour)


def she_calls(case: SupportCase, time: PassingTime, harbour: ListeningAgency) -> None:
    case.change("intake", "person", {"names": [{"kind": "family", "name": NAME}]}, how="PUT")
    case.record("intake", "consents", harbour.consent("contact_safe", "health", "account"))
    case.does("entitlements", entitlement="GB.EMERGENCY_SUPPORT")
    hotel = case.does("placements", accommodation_type="hotel", region="GB-LND")
    case.does(f"placements/{hotel}/move-in", safe="no", ends_on="2026-05-11")
    time.settle()
    assert {"urgent_need", "alert"} <= case.whats()
    assert case.answer_alerts("taken_on_elsewhere") == 1, "the hotel is not safe"
    assert case.tasks() == {"place_unsafe": "2026-05-04", "next_place": "2026-05-04"}
    case.does("services", service_type="accommodation_emergency", urgent=True)
    help_ = case.does("practical-help", service_type="money_subsistence", needed_by="2026-05-06")
    assert [(row["id"], row["days"]) for row in case.queue("practical-help")] == [(help_, 0)]
    case.does(f"practical-help/{help_}/progress", state="tried")
    time.settle()
    assert "urgent_need" not in case.whats()
    assert case.tasks(COUNSELLOR)["practical_help"] == "2026-05-06"


def she_says_what_she_needs(case: SupportCase, time: PassingTime) -> None:
    time.at("2026-05-05T13:00:00Z")
    [money] = case.queue("practical-help")
    case.does(f"practical-help/{money['id']}/progress", state="given")
    which = case.does("assessments", type="initial", domains=FIRST_DAY, unfinished=True)
    time.settle()
    # The higher rating (hers) applies. An urgent risk does not wait for the second day.
    assert case.one("assessments", LEAD)["overall_risk"] == "urgent"
    assert {"alert", "reassessment"} <= case.whats()
    assert case.tasks()["safety_plan_wanted"] == "2026-05-05"
    assert case.answer_alerts("made_safe") == 1
    they_agree_on_safety(case)
    goal = case.does("goals", goal_type="find_home", words=WORDS, review_on="2026-06-05")
    case.does(f"goals/{goal}/ratings", rating=2)

    time.at("2026-05-06T13:00:00Z")
    case.does(f"assessments/{which}/continuation", domains=SECOND_DAY)
    shown = case.one("assessments")
    assert (shown["answered"], shown["of"], shown["unfinished"]) == (3, 20, False)
    assert shown["domains"]["accommodation"]["words"] == WORDS
    time.settle()
    assert "alert" not in case.whats()
    assert case.tasks() == {
        "place_unsafe": "2026-05-04", "next_place": "2026-05-04",
        "safety_plan_review": "2026-06-04", "goal_review": "2026-06-05",
    }  # fmt: skip


def she_finds_a_place(case: SupportCase, time: PassingTime, harbour: ListeningAgency) -> None:
    """The reasonable grounds decision is recorded 3 days late. The house is outside the region to avoid."""
    time.at("2026-05-11T10:00:00Z")
    case.record("intake", "identification", {"stage": "referred", **AUTHORITY, "happened": "2026-05-06"})
    decided = {"outcome": "positive", "happened": "2026-05-08", "learnt": "2026-05-11"}
    case.record("intake", "identification", {"stage": "reasonable_grounds", **AUTHORITY, **decided})
    case.does("entitlements", entitlement="GB.NRM_SUPPORT", started_on="2026-05-08")
    asked = {"service_type": "accommodation_longer", "gender": "women", "avoid": "GB-LND", "status": "presumed_victim"}
    told = case.matched({**HOUSE, **NORTH, "agency": harbour.id}, {**HOUSE, **THAMES}, **asked)
    assert told["Fictitious North"]["reasons"][:2] == ["offers_it", "speaks_language"]
    assert told["Fictitious Thames"]["refusals"] == ["in_region_to_avoid"]
    path = f"/v1/cases/{case.id}/provider-matches/{told['Fictitious North']['id']}/referral-draft"
    draft = case.desk.api(WORKER).get("support", path, **asked).json()
    assert (draft["agency"], draft["data_categories"]) == (harbour.id, ["contact_safe"])
    case.record("intake", "referrals", {name: draft[name] for name in REFERRAL})
    house = case.does("placements", accommodation_type="safe_house", region="GB-MAN", held_until="2026-05-12")
    case.does(f"placements/{case.file()['placements'][0]['id']}/move-out", exit_reason="moved_on")
    case.does(f"placements/{house}/move-in", safe="yes")
    assert case.file()["safety_plans"][-1]["reopened_by"] == "move"
    they_agree_on_safety(case)
    time.settle()
    assert case.tasks() == {
        "safety_plan_review": "2026-06-10", "goal_review": "2026-06-05", "entitlement_runs_out": "2026-06-07",
    }  # fmt: skip


def she_is_counselled(case: SupportCase, time: PassingTime) -> None:
    """She waits for a counsellor who speaks her language. Her answer about danger raises an alert without details."""
    wants = {"modalities": ["one_to_one"], "language": "vi", "counsellor_gender": "woman", "waits_because": "language"}
    waits = case.does("counselling-requests", asked_on="2026-05-08", meanwhile=["group"], **wants)
    [row] = case.queue("counselling-requests", COUNSELLOR)
    assert (row["id"], row["days"], row["meanwhile"]) == (waits, 3, ["group"])
    case.does(f"counselling-requests/{waits}/answer", state="started")
    course = case.does("counselling", COUNSELLOR, modality="one_to_one")
    planned = case.does("counselling-sessions", COUNSELLOR, course=course, attendance="planned", held_on="2026-05-19")

    time.at("2026-05-20T10:00:00Z")
    case.does(f"counselling-sessions/{planned}/attendance", COUNSELLOR, attendance="did_not_come")
    came = {"course": course, "interpreted": True, "language": "vi"}
    wrong = case.does("counselling-sessions", COUNSELLOR, **came, attendance="did_not_come")
    time.settle()
    assert case.tasks()["ask_if_safe"] == "2026-05-20"
    # She came; the interpreter did not.
    right = {"reason": "wrong_code", "attendance": "interpreter_missing"}
    case.does(f"counselling-sessions/{wrong}/correction", COUNSELLOR, **right)
    case.does("measures", COUNSELLOR, instrument="core10", language="vi", filled_by="with_interpreter", answers=ANSWERS)
    time.settle()
    assert "ask_if_safe" not in case.tasks()
    assert case.one("counselling")["ended_on"] is None
    [alert] = case.alerts(COUNSELLOR)
    assert [each["urgency"] for each in case.file()["alerts"] if each["id"] == alert] == ["today"]
    assert case.answer_alerts("no_danger_found", COUNSELLOR) == 1
    they_agree_on_safety(case)


def they_agree_on_safety(case: SupportCase) -> None:
    """Agree a safety plan. She takes no copy, because a copy that others find would be a danger."""
    case.does("safety-plans", steps=STEPS, code_word=CODE_WORD, person_copy="none_wanted")


def she_is_missing_over_a_night(case: SupportCase, time: PassingTime, harbour: ListeningAgency) -> None:
    """She is missing from after midnight (British Summer Time) until morning. Her last assessment was urgent."""
    time.at("2026-06-04T23:40:00Z")
    noted = {"is_child": False, "high_risk": False, "agreed_to_police": True}
    absence = case.does("absences", **noted)
    time.settle()
    # The urgent risk of the last assessment overrides the recorded `high_risk`, so no decision is needed.
    assert (case.one("absences")["state"], case.one("absences")["high_risk"]) == ("missing", True)
    assert len(case.alerts()) == 1
    assert case.refused("absences", **noted)[0] == 409
    case.does(f"absences/{absence}/police", LEAD)
    assert case.one("absences")["police_told_by"] == case.desk.member(LEAD)
    which = case.one("assessments")["id"]
    share = {"agency": case.desk.member(LEAD), "domains": ["accommodation"]}
    assert case.refused(f"assessments/{which}/shares", **share) == (409, ["absence.shares_nothing"])
    time.settle()
    # It is already 5 June in her time zone, so the next review is on 6 June.
    tasks = case.tasks()
    assert (tasks["missing_review"], tasks["safety_plan_review"]) == ("2026-06-06", "2026-06-05")
    referral = nothing_goes_meanwhile(case, harbour)

    time.at("2026-06-05T07:30:00Z")
    case.does(f"absences/{absence}/finding", safe="yes", outcome="returned")
    time.settle()
    assert case.referral(referral)["state"] == "sent"
    case.change("intake", f"referrals/{referral}/steps", {"step": "revoke"})
    tasks = case.tasks()
    assert tasks["found_talk"] == "2026-06-08"
    assert not {"missing_decision", "missing_review"} & set(tasks)
    case.does(f"absences/{absence}/talk", COUNSELLOR)
    assert tasks["alert_confirm"] == "2026-06-05"
    assert case.answer_alerts("danger_over") == 1
    they_agree_on_safety(case)
    # She explains the reason later.
    case.does(f"absences/{absence}/correction", reason="learnt_more", absence_reason="fear")
    assert (case.one("absences")["state"], case.one("absences")["reason"]) == ("found", "fear")


def nothing_goes_meanwhile(case: SupportCase, harbour: ListeningAgency) -> str:
    """The referral is held, and the agency's feed contains only redacted events about her."""
    asked = {"service_types": ["accommodation_emergency"], "data_categories": ["contact_safe"], "urgent": True}
    to_harbour = {"agency": harbour.id, "purpose": "referral_for_support", "reply_by": "2026-06-12"}
    referral = case.record("intake", "referrals", {**to_harbour, **asked})
    case.change("intake", f"referrals/{referral}/steps", {"step": "send"})
    assert case.referral(referral)["held_because"] == "person_is_missing"
    assert {event["type"] for event in harbour.hears()} == {"org.casepath.partners.position.emptied.v1"}
    return referral


def she_moves_on(case: SupportCase, time: PassingTime) -> None:
    """The conclusive decision is recorded late and with a wrong date. The worker asks to extend her support."""
    time.at("2026-06-20T10:00:00Z")
    decided = {"outcome": "positive", "happened": "2026-06-16", "learnt": "2026-06-20"}
    case.record("intake", "identification", {"stage": "conclusive_grounds", **AUTHORITY, **decided})
    longer = case.does("entitlements", entitlement="GB.MOVE_ON_SUPPORT", started_on="2026-06-18")
    case.does(f"entitlements/{longer}/correction", reason="wrong_date", started_on="2026-06-16")
    has = case.file()["entitlements"][-1]
    # 45 days end on 31 July. An extension must be requested by the 10th day.
    assert (has["ends_on"], has["ask_by"], has["kind"]) == ("2026-07-31", "2026-06-26", "minimum")
    time.settle()
    tasks = case.tasks()
    assert (tasks["entitlement_ask"], tasks["entitlement_runs_out"]) == ("2026-06-26", "2026-07-01")
    case.does(f"entitlements/{longer}/asking")
    case.does(f"entitlements/{longer}/prolonging", ends_on="2026-10-30")
    goal = case.one("goals")["id"]
    case.does(f"goals/{goal}/ratings", rating=9)

    time.at("2026-09-01T09:00:00Z")
    going_on = [
        {"outcome": "long_term_consistent_support", "services": ["counselling"]},
        {"outcome": "secure_suitable_housing", "services": []},
    ]
    plan = {"outcomes": going_on, "leaves_on": "2026-09-14", "papers_handed_over": True, "way_back_explained": True}
    case.does("transitions", check_in_after=[14, 30], **plan)
    time.settle()
    assert case.tasks()["check_in"] == "2026-09-28"
    assert case.file()["safety_plans"][-1]["reopened_by"] == "move"


def two_people_close_it(case: SupportCase, time: PassingTime) -> None:
    """The last assessed risk was urgent, so a second person must confirm the closing."""
    time.at("2026-10-14T09:00:00Z")
    [house] = [row for row in case.file()["placements"] if row["state"] == "moved_in"]
    out = {"exit_reason": "own_home", "moved_out_on": "2026-09-14"}
    case.does(f"placements/{house['id']}/move-out", **out)
    transition = case.one("transitions")["id"]
    check_ins = f"transitions/{transition}/check-ins"
    # The check-ins are recorded late and in reverse order.
    case.does(check_ins, way="sms", reached=True, safe="yes", tried_on="2026-10-13")
    case.does(check_ins, COUNSELLOR, way="phone", reached=True, safe="yes", tried_on="2026-09-28")
    settled = {"closing_because": "settled"}
    case.does(f"transitions/{transition}/closing", **settled)
    time.settle()
    tasks = case.tasks()
    assert (tasks["second_look"], "check_in" in tasks) == ("2026-10-14", False)
    for role in (WORKER, LEAD):
        assert case.refused(f"transitions/{transition}/closing", role, **settled) == (409, ["second_person"])
    case.does(f"transitions/{transition}/closing", SUPERVISOR, **settled)
    they_agree_on_safety(case)
    goal = case.one("goals")["id"]
    case.does(f"goals/{goal}/progress", state="reached")
    for row in case.file()["entitlements"]:
        case.does(f"entitlements/{row['id']}/ending")
    course = case.one("counselling")["id"]
    case.change("support", f"counselling/{course}/ending", {"reason": "goals_met"}, COUNSELLOR)


def two_people_close_it_at_intake(case: SupportCase) -> None:
    """Intake knows that an urgent action was needed, and also requires 2 people to close the case."""
    proposal = case.record("intake", "closing-proposals", {"reason": "moved_on", "although_open": "others_go_on"})
    assert case.read("intake")["status"] == "open"
    case.change("intake", f"closing-proposals/{proposal}/confirmation", {"confirms": True}, SUPERVISOR)
    assert case.read("intake")["status"] == "closed"


def what_each_of_them_sees(case: SupportCase, harbour: ListeningAgency) -> None:
    seen = case.one("transitions", LEAD)
    proposed, closed = case.desk.member(WORKER), case.desk.member(SUPERVISOR)
    assert (seen["state"], seen["closing_proposed_by"], seen["closed_by"]) == ("closed", proposed, closed)
    assert case.one("goals")["change"] == "more_than_chance"
    [measure] = case.file(COUNSELLOR)["measures"]
    assert (measure["band"], measure["filled_by"]) == ("moderate_severe", "with_interpreter")
    # The lead sees the level of risk but no domains. The adviser sees that support exists, but no details.
    assert "domains" not in case.one("assessments", LEAD)
    assert "total" not in case.file(LEAD)["measures"][0]
    assert CODE_WORD not in str(case.file())
    advised = str(case.file(ADVISER))
    assert not [word for word in (WORDS, "safe_house", "GB-MAN", "find_home") if word in advised]
    two_people_close_it_at_intake(case)
    assert case.listed() == []
    # Support does not end with the case.
    assert case.file()["transitions"]
    case.check_says_nothing()
    heard = harbour.hears()
    check_says_nothing(heard, case.id)
    told = {event["type"].removeprefix("org.casepath.support."): event["data"] for event in heard}
    # The events withheld that night are delivered in order. The absence is not.
    types = [event["type"].removeprefix("org.casepath.").rpartition(".v")[0] for event in heard]
    # The events before her consent precede it.
    assert types.index("intake.contact.opened") < types.index("intake.consent.granted")
    assert not [name for name in told if name.startswith(("task.", "alert.", "absence."))]
    # The event says that she was assessed, without the urgency: she did not consent to figures.
    assert "urgent" not in told["assessment.completed.v2"]
