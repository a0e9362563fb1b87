"""Romania: support only, for a man who gives no name and wants no procedure, from a first message to his own room."""

from typing import Any, Final

import pytest

from deploy.cli.journey.desk import Desk
from tests.e2e.support_stories.support_case import ADVISER, COUNSELLOR, SAFE, WORDS, WORKER, SupportCase
from tests.kit.listening_agency import ListeningAgency
from tests.kit.passing_time import PassingTime
from tests.kit.team_case import LEAD

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

OPENING: Final[dict[str, Any]] = {
    "channel": "chat",
    "language": "ro",
    "age": "prefer_not_to_say",
    "opened_on": "2026-02-01",
    "urgent_needs": ["medical"],
}
KEPT: Final = {"need": "prefer_not_to_say", "risk": "prefer_not_to_say"}
FIRST: Final[dict[str, Any]] = {
    "accommodation": {"need": 2, "risk": 1, "priority": 5, "words": WORDS},
    "mental_health": KEPT,
    "immediate_safety": KEPT,
}


def test_support_alone_for_who_gives_no_name_and_wants_no_procedure(
    time: PassingTime, house: Desk, harbour: ListeningAgency
) -> None:
    time.at("2026-02-02T08:00:00Z")
    case = SupportCase.opened(house, "RO", **OPENING)
    he_writes_and_wants_no_procedure(case, time)
    he_has_a_bed(case, time)
    he_is_counselled(case, time)
    what_he_had_runs_out(case, time)
    he_moves_on(case, time)
    what_each_of_them_sees(case, time, harbour)


def he_writes_and_wants_no_procedure(case: SupportCase, time: PassingTime) -> None:
    """The help on the street the evening before is recorded twice, and one record is withdrawn."""
    advice = {"phase": "before_entry_decision", "status": "declined", "funding": "none", "language": "ro"}
    case.record("legal", "advice", {**advice, "topics": [], "interpreter": False})
    case.record("intake", "entry-decisions", {"decision": "decline", "advice": "declined"})
    helped = {"service_type": "medical", "urgent": True, "happened": "2026-02-01T21:30:00+02:00"}
    case.does("services", **helped)
    again = case.does("services", COUNSELLOR, **helped, learnt="2026-02-02")
    first, second = case.file()["services"]
    assert (second["id"], second["alike"], first["alike"]) == (again, first["id"], None)
    case.does(f"services/{again}/correction", COUNSELLOR, reason="recorded_twice")
    case.does("assessments", type="initial", domains=FIRST, person_copy="wanted_later")
    case.does("goals", goal_type="find_home", words=WORDS, state="agreed")
    time.settle()
    assert "urgent_need" not in case.whats()
    shown = case.one("assessments")
    # An answer that he withholds counts as unknown, not as no risk.
    assert (shown["overall_risk"], shown["answered"], shown["reassess_on"]) == ("unknown", 1, "2026-02-09")
    assert case.one("urgent_needs", LEAD)["met_on"] == "2026-02-01"


def he_has_a_bed(case: SupportCase, time: PassingTime) -> None:
    """He requests a shelter without an agency. The first place is refused, without consequences."""
    time.at("2026-02-03T08:00:00Z")
    case.does("entitlements", entitlement="RO.SHELTER")
    first = case.does("placements", accommodation_type="refuge", region="RO-B", held_until="2026-02-04")
    case.does(f"placements/{first}/refusal", refused_by="person", refused_because="rules")
    bed = case.does("placements", accommodation_type="specialist_shelter", region="RO-CJ")
    case.does(f"placements/{bed}/move-in", safe="unknown", ends_on="2026-05-04")
    time.settle()
    # The shelter lasts 90 days. An extension must be requested 30 days before its end.
    assert case.tasks() == {
        "entitlement_ask": "2026-04-04", "entitlement_runs_out": "2026-04-04", "next_place": "2026-04-04",
    }  # fmt: skip
    case.does(f"placements/{bed}/review", safe="yes")


def he_is_counselled(case: SupportCase, time: PassingTime) -> None:
    """He fills in no questionnaire and gives no reason. A peer group is enough for a while."""
    wants = {"modalities": ["one_to_one"], "language": "ro", "waits_because": "no_place", "meanwhile": ["peer_group"]}
    waits = case.does("counselling-requests", **wants)
    case.does("measures", COUNSELLOR, instrument="phq9", language="ro")
    assert [row["id"] for row in case.queue("counselling-requests", COUNSELLOR)] == [waits]
    case.does("counselling-requests/" + waits + "/answer", COUNSELLOR, state="withdrawn")
    course = case.does("counselling", COUNSELLOR, modality="peer_group")
    for day in ("2026-02-01", "2026-02-03"):
        case.does("counselling-sessions", COUNSELLOR, course=course, attendance="came", held_on=day)
    time.settle()
    assert case.alerts() == []
    assert "counselling_waits" not in case.tasks()


def what_he_had_runs_out(case: SupportCase, time: PassingTime) -> None:
    """Nobody extends the entitlement. Its last day passes, and he stays until there is another place."""
    time.at("2026-04-02T08:00:00Z")
    shelter = case.one("entitlements")["id"]
    case.does(f"entitlements/{shelter}/asking", asked_on="2026-04-01")
    time.settle()
    assert "entitlement_ask" not in case.tasks()
    time.at("2026-05-10T08:00:00Z")
    has = case.one("entitlements")
    assert (has["ends_on"], has["asked_on"], has["ended_on"]) == ("2026-05-04", "2026-04-01", None)
    [stay] = [row for row in case.file()["placements"] if row["state"] == "moved_in"]
    overdue = {item["code"] for item in case.listed() if item["group"] == "overdue"}
    assert {"next_place", "entitlement_runs_out"} <= overdue
    room = case.does("placements", accommodation_type="friends_family", region="RO-CJ", offered_on="2026-05-08")
    case.does(f"placements/{stay['id']}/move-out", exit_reason="own_home")
    case.does(f"placements/{room}/move-in", safe="yes")
    case.does(f"entitlements/{shelter}/ending")


def he_moves_on(case: SupportCase, time: PassingTime) -> None:
    """Without a safety assessment, one person cannot close the transition. With it, one person is enough."""
    outcome = {"outcome": "long_term_consistent_support", "services": ["peer_support"]}
    plan = case.does("transitions", outcomes=[outcome], leaves_on="2026-05-10", check_in_after=[14])
    time.at("2026-05-24T08:00:00Z")
    assert case.tasks()["check_in"] == "2026-05-24"
    case.does(f"transitions/{plan}/check-ins", way="chat", reached=True, safe="yes")
    case.does(f"transitions/{plan}/closing", closing_because="wants_no_more")
    assert case.one("transitions")["state"] == "runs"
    assert case.refused(f"transitions/{plan}/closing", closing_because="wants_no_more") == (409, ["second_person"])
    case.does("assessments", type="review", domains=SAFE, person_copy="none_wanted")
    case.does(f"transitions/{plan}/closing", closing_because="wants_no_more")


def what_each_of_them_sees(case: SupportCase, time: PassingTime, harbour: ListeningAgency) -> None:
    time.settle()
    seen = case.one("transitions", LEAD)
    assert (seen["state"], seen["closed_by"]) == ("closed", case.desk.member(WORKER))
    assert case.tasks() == {}
    told = case.read()
    assert (told["identification"], told["consents"], told["identification_status"]) == ([], [], "not_referred")
    assert [each["decision"] for each in told["entry_decisions"]] == ["decline"]
    # No period of the identification procedure runs. The compensation claim has no date but stays on the list.
    assert {item["code"] for item in case.listed() if item["what"] == "period"} == {"RO.STATE_COMP"}
    [measure] = case.file(COUNSELLOR)["measures"]
    assert (measure["filled_by"], measure["total"]) == (None, None)
    advised = str(case.file(ADVISER))
    assert not [word for word in (WORDS, "RO-CJ", "peer_group", "medical") if word in advised]
    case.check_says_nothing()
    # He consented to no agency, so no agency receives any event about him.
    assert harbour.hears() == []
