"""Requests for advice, their follow-ups, and the rights in the profile that were explained to the person."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import servers
from services.legal.cases.advice.rules import Explained, ticks
from shared.reference import JURISDICTIONS, codes, profile
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

ADVICE = {
    "phase": "before_detection",
    "status": "given",
    "topics": ["unpaid_wages"],
    "funding": "pro_bono",
    "language": "bg",
    "interpreter": True,
    "format": "phone",
}
EXPLAINED = {"code": "legal_help", "language": "bg", "format": "in_person", "understood": "unsure"}


@pytest.fixture(scope="module")
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as service:
        yield service


def told_since(legal: Harness, before: int) -> list[tuple[str, dict[str, Any]]]:
    return legal.announced()[before:]


def test_what_follows_advice_is_announced_by_its_day_alone_until_it_is_done(legal: Harness) -> None:
    adviser, before = legal.member("legal_adviser"), len(legal.announced())
    advice = adviser.told("POST", "advice", ADVICE, 201)["id"]
    body = {"kind": "written_advice", "due_on": "2026-12-01"}
    follow_up = adviser.told("POST", f"advice/{advice}/follow-ups", body, 201)["id"]
    done = f"follow-ups/{follow_up}/completion"
    adviser.told("POST", done, {}, 201)
    assert adviser.ask("POST", done, {}).status_code == 409
    assert adviser.ask("POST", f"advice/{uuid4()}/follow-ups", body).status_code == 404
    assert [(name, sorted(data)) for name, data in told_since(legal, before)] == [
        ("advice.recorded", ["given_on", "phase", "status"]),
        ("advice.follow_up_planned", ["due_on", "follow_up"]),
        ("advice.follow_up_done", ["follow_up"]),
    ]
    shown = adviser.told("GET", "")
    assert shown["advice"][-1]["format"] == "phone"
    assert shown["follow_ups"][-1]["advice"] == advice


def test_a_request_waits_with_its_reason_until_it_ends(legal: Harness) -> None:
    caseworker, adviser, before = legal.member("caseworker"), legal.member("legal_adviser"), len(legal.announced())
    body = {"topics": ["immigration"], "unmet": "no_interpreter", "urgent": True, "asked_on": "2026-03-02"}
    request = caseworker.told("POST", "advice-requests", body, 201)["id"]
    [waiting] = [each for each in adviser.told("GET", "")["advice_requests"] if each["id"] == request]
    assert (waiting["unmet"], waiting["asked_on"], waiting["ended"]) == ("no_interpreter", "2026-03-02", None)
    [seen] = [each for each in caseworker.told("GET", "")["advice_requests"] if each["id"] == request]
    assert seen.keys().isdisjoint({"topics", "unmet"}), "what it is about is for the person's advisers"
    end = f"advice-requests/{request}/end"
    assert adviser.ask("POST", end, {"ended": "advised", "ended_on": "2026-03-01"}).status_code == 422
    assert caseworker.ask("POST", end, {"ended": "advised"}).status_code == 403
    adviser.told("POST", end, {"ended": "advised"}, 201)
    assert adviser.ask("POST", end, {"ended": "advised"}).status_code == 409
    assert told_since(legal, before) == [
        ("advice.requested", {"request": request, "asked_on": "2026-03-02", "urgent": True}),
        ("advice.request_ended", {"request": request}),
    ]


def test_a_right_has_one_tick_which_is_the_latest(legal: Harness) -> None:
    adviser, before = legal.member("legal_adviser"), len(legal.announced())
    adviser.told("POST", "rights", {**EXPLAINED, "explained_on": "2026-03-09", "understood": "yes"}, 201)
    adviser.told("POST", "rights", {**EXPLAINED, "explained_on": "2026-03-02"}, 201)
    rights = adviser.told("GET", "rights")["rights"]
    assert [right["code"] for right in rights] == list(profile("NL").rights)
    by_code = {right["code"]: right for right in rights}
    assert (by_code["legal_help"]["understood"], by_code["legal_help"]["explained_on"]) == ("yes", "2026-03-09")
    assert (by_code["be_heard"]["understood"], by_code["be_heard"]["certainty"]) == (None, "likely")
    assert told_since(legal, before) == [], "that it was explained leaves no trace elsewhere"
    assert legal.member("caseworker").told("GET", "rights")["rights"][0].keys().isdisjoint({"language", "understood"})


def test_a_right_that_the_profile_lacks_is_refused(postgres: servers.PostgresServer) -> None:
    lacking = sorted(set(codes("victim_right")) - set(profile("GB-SCT").rights))
    with harness("legal", postgres, "GB-SCT") as scotland:
        adviser = scotland.member("legal_adviser")
        assert adviser.ask("POST", "rights", {**EXPLAINED, "code": lacking[0]}).status_code == 422


@pytest.mark.parametrize("code", JURISDICTIONS)
def test_every_profile_says_where_its_rights_stand_and_none_is_settled_by_memory(code: str) -> None:
    rights = profile(code).rights
    assert {"legal_help", "non_punishment", "not_conditional_on_cooperation", "compensation"} <= set(rights)
    assert all(right.source and right.certainty != "settled" for right in rights.values())


@given(st.lists(st.tuples(st.sampled_from(("support", "privacy")), st.integers(1, 28)), unique=True))
def test_ticks_are_the_same_in_whatever_order_they_are_recorded(stated: list[tuple[str, int]]) -> None:
    explained = [Explained(code, date(2026, 3, day), "bg", "phone", "yes") for code, day in stated]
    assert ticks(explained) == ticks(reversed(explained)) == ticks(sorted(explained, key=str))
