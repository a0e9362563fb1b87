"""Corrections of advice, matters and requests need a reason. Earlier values stay, and periods follow the correction."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.cli import servers
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import hear

pytestmark = pytest.mark.integration

ADVICE = {
    "phase": "before_entry_decision",
    "status": "given",
    "topics": [],
    "funding": "none",
    "language": "ro",
    "interpreter": False,
    "given_on": "2026-03-01",
}


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "GB-EAW") as found:
        found.move_clock(datetime(2026, 3, 30, 12, tzinfo=UTC))
        hear(found, ("contact.opened", {"jurisdiction": "GB-EAW", "age": "adult", "opened_on": "2026-02-01"}))
        yield found


def applied(adviser: Client, applied_on: str) -> str:
    matter = str(adviser.told("POST", "matters", {"remedy": "GB.CICA", "opened_on": "2026-03-01"}, 201)["id"])
    version = adviser.ask("GET", "").headers["ETag"]
    adviser.told("POST", f"matters/{matter}/application", {"applied_on": applied_on}, If_Match=version)
    return matter


def limitation(adviser: Client) -> tuple[str, str | None]:
    [found] = [clock for clock in adviser.told("GET", "")["clocks"] if clock["code"] == "GB.CICA"]
    return found["state"], found["in_time"]


def put_right(adviser: Client, path: str, status: int = 201, **body: Any) -> dict[str, Any]:
    return adviser.told("POST", f"{path}/correction", body, status)


def test_advice_says_what_is_so_and_keeps_what_it_said(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    advice = adviser.told("POST", "advice", ADVICE, 201)["id"]
    put_right(adviser, f"advice/{advice}", reason="wrong_date", given_on="2026-03-11")
    legal_file = adviser.told("GET", "")
    assert [(each["given_on"], each["revision"]) for each in legal_file["advice"]] == [("2026-03-11", 2)]
    [correction] = legal_file["corrections"]
    assert (correction["record"], correction["was"]) == (advice, {"given_on": "2026-03-01"})
    assert ("record.corrected", 2) in [(name, data.get("revision")) for name, data in legal.announced()]
    [shown] = legal.member("caseworker").told("GET", "")["corrections"]
    assert "was" not in shown


def test_events_of_advice_and_decisions_contain_neither_topics_nor_amounts(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    adviser.told("POST", "advice", {**ADVICE, "topics": ["immigration"], "funding": "pro_bono"}, 201)
    matter = applied(adviser, "2026-03-15")
    version = adviser.ask("GET", "").headers["ETag"]
    granted = {"outcome": "granted", "amount_band": "under_1000", "currency": "GBP", "decided_on": "2026-03-20"}
    adviser.told("POST", f"matters/{matter}/decision", granted, If_Match=version)
    told = dict(legal.announced())
    assert told["advice.recorded"] == {"phase": "before_entry_decision", "status": "given", "given_on": "2026-03-01"}
    decided = {"matter": matter, "remedy": "GB.CICA", "outcome": "granted", "decided_on": "2026-03-20"}
    assert told["compensation.decided"] == decided
    legal_file = adviser.told("GET", "")
    assert (legal_file["advice"][0]["topics"], legal_file["matters"][0]["amount_band"]) == (
        ["immigration"],
        "under_1000",
    )


def test_a_claim_corrected_to_another_day_or_withdrawn_changes_its_limitation(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    adviser.told("POST", "facts", {"kind": "last_incident", "happened": "2024-03-20"}, 201)
    matter = applied(adviser, "2026-03-25")
    assert limitation(adviser) == ("met", "no")
    put_right(adviser, f"matters/{matter}", reason="wrong_date", applied_on="2026-03-15")
    assert limitation(adviser) == ("met", "yes")
    put_right(adviser, f"matters/{matter}", reason="not_so")
    assert limitation(adviser) == ("passed", None)
    assert put_right(adviser, f"matters/{matter}", 409, reason="not_so")["errors"][0]["rule"] == "taken_back_once"


def test_only_what_was_taken_is_put_right_and_in_the_order_of_the_steps(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    matter = applied(adviser, "2026-03-15")
    for body, rule in (
        ({"paid_on": "2026-03-20"}, "corrects_what_was_taken"),
        ({"applied_on": "2026-04-20"}, "not_in_the_future"),
        ({}, "correction_says_what"),
    ):
        refused = put_right(adviser, f"matters/{matter}", 422, reason="wrong_date", **body)
        assert refused["errors"][0]["rule"] == rule


def test_a_request_that_was_never_made_opens_its_window_again(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    told = {"jurisdiction": "GB-EAW", "stage": "reasonable_grounds", "authority": None, "made_elsewhere": True}
    days = {"occurred_on": "2026-03-10", "received_on": "2026-03-10", "outcome": "negative", "reconsidered": None}
    hear(legal, ("identification.decided", {**told, **days}))
    body = {"stage": "reasonable_grounds", "ground": "new_evidence", "requested_on": "2026-03-20"}
    request = adviser.told("POST", "reconsiderations", body, 201)["id"]

    def window() -> str:
        [found] = [clock for clock in adviser.told("GET", "")["clocks"] if clock["code"] == "GB.RECONSIDER"]
        return str(found["state"])

    assert window() == "met"
    put_right(adviser, f"reconsiderations/{request}", reason="not_so")
    assert window() == "running"
