"""The Netherlands: a mother of 2, one of them possibly a victim too. Contact with her is lost, and she comes back."""

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

OPENING: Final[dict[str, Any]] = {"channel": "phone", "language": "ro", "anonymous": False}
#: The daughter may be a victim; the son is not.
DAUGHTER: Final = {"relation": "child", "age": "12_15", "whereabouts": "with_trafficker", "care": "nobody"}
SON: Final = {"relation": "child", "age": "5_11", "whereabouts": "with_person", "care": "person"}
STEP: Final = {"part": "children", "text": WORDS, "visible": "no", "escalates": "no", "who": "somebody_they_trust"}
SAFE_WITH_HER: Final = {"immediate_safety": {"need": 2, "risk": 2}, "children_dependants": {"need": 3, "risk": 3}}
IN_DANGER: Final = {"children_dependants": {"need": 4, "risk": 4, "worker_risk": 4}}
HOUSE: Final = {
    "services": ["accommodation_emergency"],
    "languages": ["ro"],
    "country": "NL",
    "takes_children": True,
}
SMALL: Final = {"name": "Fictitious Small", "children_up_to": 12}
LARGE: Final = {"name": "Fictitious Large"}
EIGHTEEN_ON: Final = "2029-09-17"
WHAT_A_BIRTHDAY_FOLLOWS_FROM: Final = ("2011-09-17", EIGHTEEN_ON, "2029-03-21")


def test_a_mother_and_two_children_of_whom_one_has_a_case_of_her_own(
    time: PassingTime, house: Desk, harbour: ListeningAgency
) -> None:
    time.at("2026-01-13T10:00:00Z")
    mother = SupportCase.opened(house, "NL", **OPENING)
    she_tells_of_her_children(mother, time, harbour)
    daughter = the_daughter_has_a_case_of_her_own(mother, time)
    they_find_a_house_for_three(mother, daughter, time)
    they_move_on(mother, time)
    nobody_reaches_her(mother, time)
    what_each_of_them_sees(mother, daughter, time)
    she_comes_back(mother, time)
    what_left_the_house(mother, daughter, harbour)


def she_tells_of_her_children(mother: SupportCase, time: PassingTime, harbour: ListeningAgency) -> None:
    """Two team members record the boy, and one record is withdrawn."""
    mother.change("intake", "person", {"names": [{"kind": "family", "name": NAME}]}, how="PUT")
    mother.record("intake", "consents", harbour.consent("contact_safe", "health"))
    mother.does("safety-plans", steps=[STEP], code_word=CODE_WORD)
    mother.does("dependants", **SON)
    twice = mother.does("dependants", COUNSELLOR, **SON)
    mother.does("dependants", **DAUGHTER)
    mother.does(f"dependants/{twice}/correction", COUNSELLOR, reason="recorded_twice")
    time.settle()
    # The daughter has no carer, so a check is due today.
    assert mother.tasks() == {"dependant_check": "2026-01-13", "safety_plan_review": "2026-01-13"}
    assert mother.answer_alerts("taken_on_elsewhere") == 1, "two answers about her are one alert"
    assert mother.file()["safety_plans"][0]["reopened_by"] == "child_joined"
    which = mother.does("assessments", type="initial", domains=SAFE_WITH_HER)
    copied = mother.desk.api(WORKER).request(
        "GET", "support", f"/v1/cases/{mother.id}/assessments/{which}/copy", headers={"Accept-Language": "ro"}
    )
    assert copied.json()["language"] == "ro"


def the_daughter_has_a_case_of_her_own(mother: SupportCase, time: PassingTime) -> SupportCase:
    desk = mother.desk
    time.at("2026-01-14T09:00:00Z")
    opening = {**OPENING, "jurisdiction": "NL", "source": "police", "age": "child"}
    her_case = desk.create(LEAD, "intake", "/v1/cases", opening)
    [child] = [row["id"] for row in mother.file()["dependants"] if row["age"] == "12_15"]
    moved = {"whereabouts": "elsewhere", "care": "guardian", "own_case": her_case}
    assert mother.refused(f"dependants/{child}/check", **moved) == (422, ["worked_on"])
    daughter = SupportCase(desk, her_case)
    for role in (WORKER, ADVISER, COUNSELLOR):
        daughter.record("intake", "team", {"member": desk.member(role), "role": role})
    time.settle()
    mother.does(f"dependants/{child}/check", **moved)
    daughter.change("intake", "person", {"birth": {"date": "2011-09-17"}}, how="PUT")
    daughter.does("entitlements", entitlement="NL.CHILD_RECEPTION", ends_on=EIGHTEEN_ON)
    daughter.does("assessments", type="initial", domains=IN_DANGER)
    place = daughter.does("placements", accommodation_type="protected_child_reception", region="NL-NB")
    daughter.does(f"placements/{place}/move-in", safe="yes")
    time.settle()
    assert daughter.answer_alerts("made_safe", COUNSELLOR) == 1
    # Support stores only the month of an end date that follows from a birthday. The work list derives its date from it.
    assert daughter.one("entitlements")["ends_on"] == "2029-09-01"
    assert daughter.tasks() == {"entitlement_runs_out": "2029-03-05", "safety_plan_wanted": "2026-01-14"}
    [seen] = [row for row in mother.file()["dependants"] if row["id"] == child]
    assert (seen["own_case"], seen["checked_on"], seen["check_on"]) == (her_case, "2026-01-14", "2026-02-13")
    return daughter


def they_find_a_house_for_three(mother: SupportCase, daughter: SupportCase, time: PassingTime) -> None:
    """One house accepts no child of her age. Facts that are recorded late count from when they happened."""
    time.at("2026-01-20T09:00:00Z")
    for stage, day in (("reflection_accepted", "2026-01-16"), ("reflection_offered", "2026-01-15")):
        step = {"stage": stage, "authority": "NL.POLICE", "made_elsewhere": True, "happened": day}
        mother.record("intake", "identification", {**step, "learnt": "2026-01-20"})
    mother.does("entitlements", entitlement="NL.REFLECTION_SHELTER", happened="2026-01-15", learnt="2026-01-20")
    told = mother.matched(
        {**HOUSE, **SMALL}, {**HOUSE, **LARGE}, service_type="accommodation_emergency", oldest_child=14
    )
    assert told["Fictitious Small"]["refusals"] == ["takes_no_children"]
    assert "takes_children" in told["Fictitious Large"]["reasons"]
    place = mother.does("placements", accommodation_type="specialist_shelter", region="NL-ZH", held_until="2026-01-22")
    no_room = mother.does("placements", accommodation_type="refuge", region="NL-ZH")
    refusal = {"refused_by": "provider", "refused_because": "no_children"}
    mother.does(f"placements/{no_room}/refusal", **refusal)
    mother.does(f"placements/{place}/move-in", safe="yes", ends_on="2026-04-15")
    school = mother.does("practical-help", service_type="education_language", needed_by="2026-02-01")
    care = mother.does("practical-help", COUNSELLOR, service_type="childcare")
    assert [row["id"] for row in mother.queue("practical-help")] == [school, care]
    mother.does(f"practical-help/{school}/progress", state="given")
    mother.does(f"practical-help/{care}/progress", state="not_given", not_given_because="not_entitled")
    mother.does("safety-plans", steps=[STEP], code_word=CODE_WORD)
    time.settle()
    tasks = mother.tasks()
    assert (tasks["entitlement_runs_out"], tasks["next_place"]) == ("2026-03-16", "2026-03-16")
    assert "practical_help" not in tasks
    assert daughter.tasks()["entitlement_runs_out"] == "2029-03-05"


def they_move_on(mother: SupportCase, time: PassingTime) -> None:
    """The last day of the shelter passes and ends nothing. The municipality has a place 2 weeks later."""
    time.at("2026-04-20T09:00:00Z")
    assert mother.one("entitlements")["ended_on"] is None
    assert {item["group"] for item in mother.listed() if item["code"] == "next_place"} == {"overdue"}
    time.at("2026-05-04T09:00:00Z")
    mother.does("entitlements", entitlement="NL.MUNICIPAL_SHELTER")
    flat = mother.does("placements", accommodation_type="supported_housing", region="NL-UT")
    shelter = mother.file()["placements"][0]["id"]
    mother.does(f"placements/{shelter}/move-out", exit_reason="moved_on")
    mother.does(f"placements/{flat}/move-in", safe="yes")
    going_on = [
        {"outcome": "safety_from_trafficker_or_abuser", "services": ["police_liaison"]},
        {"outcome": "access_to_education", "services": ["education_language", "childcare"]},
    ]
    mother.does("transitions", outcomes=going_on, leaves_on="2026-05-04", way_back_explained=True)
    for child in mother.file()["dependants"]:
        if child["taken_back_at"] is None:
            mother.does(f"dependants/{child['id']}/check")
    mother.does("safety-plans", steps=[STEP])
    time.settle()
    tasks = mother.tasks()
    assert (tasks["check_in"], tasks["dependant_check"]) == ("2026-05-18", "2026-06-03")
    assert not {"entitlement_runs_out", "next_place"} & set(tasks)


def nobody_reaches_her(mother: SupportCase, time: PassingTime) -> None:
    """Contact is lost after attempts by 2 channels on 2 days. One member proposes to close, and another confirms."""
    plan, lost = mother.one("transitions")["id"], {"closing_because": "lost_contact"}
    time.at("2026-05-19T09:00:00Z")
    mother.does(f"transitions/{plan}/check-ins", way="phone", reached=False, tried_on="2026-05-18")
    mother.does(f"transitions/{plan}/check-ins", way="phone", reached=False)
    assert mother.refused(f"transitions/{plan}/closing", **lost) == (409, ["transition.contact_was_tried"])
    mother.does(f"transitions/{plan}/check-ins", COUNSELLOR, way="sms", reached=False)
    mother.does(f"transitions/{plan}/closing", **lost)
    time.settle()
    assert mother.tasks(COUNSELLOR)["second_look"] == "2026-05-19"
    assert mother.refused(f"transitions/{plan}/closing", COUNSELLOR, **lost) == (409, ["second_person"])
    mother.does(f"transitions/{plan}/closing", SUPERVISOR, **lost)


def what_each_of_them_sees(mother: SupportCase, daughter: SupportCase, time: PassingTime) -> None:
    time.settle()
    assert not {"check_in", "second_look"} & set(mother.tasks())
    # The checks on the children continue, although contact with their mother is lost.
    assert mother.tasks()["dependant_check"] == "2026-06-03"
    carried = mother.desk.api(SUPERVISOR).get("support", "/v1/workload").json()["members"]
    [row] = [row for row in carried if row["member"] == mother.desk.member(WORKER)]
    assert (row["open_cases"], row["high_risk_cases"], row["alerts_unanswered"]) == (2, 2, 0)
    seen = mother.file(LEAD)
    assert {child["care"] for child in seen["dependants"] if child["taken_back_at"] is None} == {"person", "guardian"}
    assert "domains" not in mother.one("assessments", LEAD)
    # Nothing in the daughter's case leads to her mother's case.
    assert mother.id not in str([daughter.file(), daughter.read()])
    advised = str(mother.file(ADVISER))
    assert not [word for word in (WORDS, daughter.id, "guardian", "NL-ZH") if word in advised]


def she_comes_back(mother: SupportCase, time: PassingTime) -> None:
    """She calls months later. A team member records her return without questions."""
    time.at("2026-08-10T18:00:00Z")
    plan = mother.one("transitions")["id"]
    mother.does(f"transitions/{plan}/return", COUNSELLOR)
    back = mother.one("transitions", LEAD)
    assert (back["state"], back["came_back_on"], back["closing_because"]) == ("back", "2026-08-10", "lost_contact")
    time.settle()
    assert mother.tasks()["safety_plan_review"] == "2026-08-10"


def what_left_the_house(mother: SupportCase, daughter: SupportCase, harbour: ListeningAgency) -> None:
    mother.check_says_nothing(daughter.id, *WHAT_A_BIRTHDAY_FOLLOWS_FROM)
    daughter.check_says_nothing(mother.id, *WHAT_A_BIRTHDAY_FOLLOWS_FROM)
    heard = harbour.hears()
    check_says_nothing(heard, mother.id, daughter.id)
    assert {event["subject"] for event in heard}.isdisjoint((mother.id, daughter.id))
