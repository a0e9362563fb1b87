"""Advisers record and correct facts, including claims and requests, and periods follow from all of them alike."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4, uuid5

import pytest

from deploy.cli import servers
from shared.deadlines import Fact, facts
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import Told, hear
from tests.kit.matters import dated, opened

pytestmark = pytest.mark.integration


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "GB-EAW") as found:
        found.move_clock(datetime(2026, 3, 30, 12, tzinfo=UTC))
        hear(found, ("contact.opened", {"jurisdiction": "GB-EAW", "age": "adult", "opened_on": "2026-02-01"}))
        yield found


def decided(occurred_on: str, outcome: str = "negative", stage: str = "reasonable_grounds") -> tuple[str, Told]:
    step = str(uuid4())
    told = {"jurisdiction": "GB-EAW", "stage": stage, "authority": None, "made_elsewhere": True, "reconsidered": None}
    days = {"occurred_on": occurred_on, "received_on": "2026-03-30", "outcome": outcome, "step": step}
    return step, ("identification.decided", {**told, **days})


def record(adviser: Client, kind: str, happened: str, **said: Any) -> str:
    return str(adviser.told("POST", "facts", {"kind": kind, "happened": happened, **said}, 201)["id"])


def clocks(reader: Client, code: str) -> list[dict[str, Any]]:
    return [clock for clock in reader.told("GET", "")["clocks"] if clock["code"] == code]


def change(adviser: Client, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    version = adviser.ask("GET", "").headers["ETag"]
    return adviser.told("POST", path, body, status, If_Match=version)


def applied(adviser: Client, applied_on: str, remedy: str = "GB.CICA") -> dict[str, Any]:
    matter = adviser.told("POST", "matters", {"remedy": remedy}, 201)["id"]
    return change(adviser, f"matters/{matter}/application", {"applied_on": applied_on})


def test_a_fact_is_shown_with_all_that_it_said_before_who_recorded_it_and_when(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    fact = record(adviser, "last_incident", "2025-03", learnt="2026-03-28")
    put_right = {"reason": "more_exact_date", "happened": "2025-03-26"}
    assert adviser.told("POST", f"facts/{fact}/correction", put_right, 201)["revision"] == 2
    [shown] = [each for each in adviser.told("GET", "facts")["facts"] if each["id"] == fact]
    assert (shown["happened"], shown["learnt"], shown["reason"]) == ("2025-03-26", "2026-03-28", "more_exact_date")
    assert [(each["revision"], each["happened"]) for each in shown["earlier"]] == [(1, "2025-03")]
    assert shown["recorded_by"] == str(adviser.subject)
    assert shown["recorded_at"].startswith("2026-03-30T12:00:00")
    names = [(name, data.get("revision")) for name, data in legal.announced() if name.startswith("fact.")]
    assert names == [("fact.recorded", 1), ("fact.corrected", 2)]


def test_a_fact_that_an_adviser_recorded_is_once_in_the_timeline_with_its_correction(legal: Harness) -> None:
    adviser, reader = legal.member("legal_adviser"), legal.member("caseworker")
    fact = record(adviser, "judgment_final", "2025-03", offender="known")
    put_right = {"reason": "more_exact_date", "happened": "2025-03-26"}
    adviser.told("POST", f"facts/{fact}/correction", put_right, 201)
    applied(adviser, "2026-03-20")
    for each in (adviser, reader):
        entries = each.told("GET", "timeline")["entries"]
        [entry] = [entry for entry in entries if entry["what"] == "fact"]
        assert (entry["id"], entry["at"], entry["lane"]) == (fact, "2025-03-26", "justice")
        assert (entry["corrected_because"], entry["by"]["role"]) == ("more_exact_date", "legal_adviser")
        assert [value["code"] for value in entry["values"]] == ["judgment_final", "known"]
    adviser.told("POST", f"facts/{fact}/correction", {"reason": "recorded_twice"}, 201)
    [taken_back] = [each for each in adviser.told("GET", "timeline")["entries"] if each["id"] == fact]
    assert taken_back["taken_back"]


def test_a_vague_day_made_exact_moves_the_limitation_and_says_what_it_takes_back(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    fact = record(adviser, "last_incident", "2024-03")
    [vague] = clocks(adviser, "GB.CICA")
    # Two years from 1 March 2024 have passed; from the 31st they have not.
    assert (vague["state"], vague["due_on"], vague["other_due_on"]) == ("doubtful", "2026-03-01", "2026-03-31")
    body = {"reason": "more_exact_date", "happened": "2024-03-31"}
    adviser.told("POST", f"facts/{fact}/correction", body, 201)
    [exact] = clocks(adviser, "GB.CICA")
    assert (exact["state"], exact["due_on"], exact["id"]) == ("running", "2026-03-31", vague["id"])


def test_what_is_taken_back_counts_no_more_and_is_taken_back_once(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    fact = record(adviser, "work_ended", "2026-02-20")
    assert adviser.told("POST", f"facts/{fact}/correction", {"reason": "not_so"}, 201)["withdrawn"]
    assert [clock["state"] for clock in clocks(adviser, "GB.ET")] in ([], ["withdrawn"])
    again = adviser.ask("POST", f"facts/{fact}/correction", {"reason": "not_so"})
    assert again.status_code == 409


@pytest.mark.hazard("H-DEADLINE-7", control="corrected-with-its-record")
@pytest.mark.parametrize(("kind", "codes"), [("pause", {}), ("extension", {"until": "2028-09-01"})])
def test_a_decision_about_a_period_that_a_migration_made_a_fact_can_be_withdrawn(
    legal: Harness, kind: str, codes: dict[str, str]
) -> None:
    adviser = legal.member("legal_adviser")
    # As the migration of 0.2.0 created it from the row of a period of 0.1.0.
    fact = Fact(
        id=uuid5(uuid4(), kind), case=legal.case, kind=kind, happened="2026-03-01", codes={"clock": "GB.CICA", **codes}
    )
    with legal.database.transaction() as session:
        facts.note(session, fact, now=legal.clock.now(session), by=None)
    withdrawn = adviser.told("POST", f"facts/{fact.id}/correction", {"reason": "not_so"}, 201)
    assert (withdrawn["revision"], withdrawn["withdrawn"]) == (2, True)


def test_a_correction_says_something_and_not_both(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    fact = record(adviser, "work_ended", "2026-02-20")
    for body, rule in (
        ({"reason": "wrong_date"}, "correction_says_what"),
        ({"reason": "not_so", "happened": "2026-02-21"}, "taken_back_whole"),
        ({"reason": "wrong_date", "happened": "2026-04-01"}, "not_in_the_future"),
        ({"reason": "wrong_code", "clock": "GB.ET"}, "said_of_this_kind"),
    ):
        refused = adviser.told("POST", f"facts/{fact}/correction", body, 422)
        assert refused["errors"][0]["rule"] == rule
    assert adviser.ask("POST", f"facts/{uuid4()}/correction", {"reason": "not_so"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        ({"kind": "decision", "happened": "2026-03-01"}, "kind", "kind_recorded_here"),
        ({"kind": "claim", "happened": "2026-03-01"}, "kind", "kind_recorded_here"),
        ({"kind": "period_opened", "happened": "2026-03-01"}, "clock", "said_of_this_kind"),
        (
            {"kind": "period_opened", "happened": "2026-03-01", "clock": "GB.RG", "ground": "other"},
            "clock",
            "period_kept_here",
        ),
        ({"kind": "discovery", "happened": "2026-04-01"}, "happened", "not_in_the_future"),
        ({"kind": "discovery", "happened": "2026-03-20", "learnt": "2026-03-10"}, "learnt", "learnt_after_it_happened"),
        ({"kind": "discovery", "happened": "2026-03", "learnt": "2026-03"}, "learnt", "learnt_on_a_day"),
        ({"kind": "discovery", "happened": "2026-03", "stage": "referred"}, "stage", "said_of_this_kind"),
    ],
)
def test_what_can_not_be_is_refused_by_its_field(legal: Harness, body: dict[str, Any], field: str, rule: str) -> None:
    refused = legal.member("legal_adviser").told("POST", "facts", body, 422)
    assert (refused["errors"][0]["field"], refused["errors"][0]["rule"]) == (field, rule)


def test_what_nobody_knows_is_said_to_be_unknown(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    record(adviser, "work_ended", "unknown")
    [undated] = clocks(adviser, "GB.ET")
    assert (undated["state"], undated["due_on"]) == ("undated", None)


def test_the_same_again_is_named_as_such_and_starts_no_second_period(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    first = record(adviser, "work_ended", "2026-02-20")
    again = adviser.told("POST", "facts", {"kind": "work_ended", "happened": "2026-02-20"}, 201)
    assert again["alike"] == first
    assert len(clocks(adviser, "GB.ET")) == 1


def test_a_period_that_no_fact_starts_is_opened_and_closed_by_hand_with_its_ground(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    ground = {"clock": "GB.ET", "ground": "advised_by_lawyer"}
    record(adviser, "period_opened", "2026-02-20", **ground)
    assert clocks(adviser, "GB.ET")[0]["state"] == "running"
    record(adviser, "period_closed", "2026-03-20", **ground)
    assert clocks(adviser, "GB.ET")[0]["state"] in ("met", "ended")


def test_a_claim_meets_its_limitation_also_when_it_is_heard_of_late(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    record(adviser, "last_incident", "2024-03-20")
    assert clocks(adviser, "GB.CICA")[0]["state"] == "passed"
    assert applied(adviser, "2026-03-20")["limitation"] == "in_time"
    [met] = clocks(adviser, "GB.CICA")
    assert (met["state"], met["in_time"]) == ("met", "yes")
    assert [matter["late"] for matter in adviser.told("GET", "")["matters"]] == [False]


def test_a_late_claim_is_noted_and_is_in_time_once_the_day_is_put_right(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    fact = record(adviser, "last_incident", "2024-03-20")
    assert applied(adviser, "2026-03-25")["limitation"] == "late"
    assert [matter["late"] for matter in adviser.told("GET", "")["matters"]] == [True]
    adviser.told("POST", f"facts/{fact}/correction", {"reason": "wrong_date", "happened": "2024-03-29"}, 201)
    assert [matter["late"] for matter in adviser.told("GET", "")["matters"]] == [False]


def test_a_claim_from_before_the_last_incident_meets_nothing_and_the_answer_says_so(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    record(adviser, "last_incident", "2025-06-01")
    assert applied(adviser, "2025-01-10")["limitation"] == "not_met"
    assert clocks(adviser, "GB.CICA")[0]["state"] == "running"
    assert applied(adviser, "2025-01-10", "GB.COMP_ORDER")["limitation"] == "none"


def test_the_fact_of_a_claim_is_put_right_with_its_matter(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    claim = applied(adviser, "2026-03-20")["id"]
    refused = adviser.told("POST", f"facts/{claim}/correction", {"reason": "not_so"}, 409)
    assert refused["errors"][0]["rule"] == "put_right_with_its_record"


def test_a_request_in_time_stops_the_window_of_the_decision_that_it_is_about(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    _other, first = decided("2026-01-05")
    asked, second = decided("2026-03-10")
    hear(legal, first, second)
    body = {"stage": "reasonable_grounds", "ground": "new_evidence", "requested_on": "2026-03-25"}
    refused = adviser.told("POST", "reconsiderations", body, 422)
    assert refused["errors"][0]["rule"] == "says_which_decision"
    adviser.told("POST", "reconsiderations", {**body, "about": asked}, 201)
    # The other decision was received only on 30 March: counted from then, its window is open.
    states = {clock["began_on"]: (clock["state"], clock["in_time"]) for clock in clocks(adviser, "GB.RECONSIDER")}
    assert states == {"2026-01-05": ("doubtful", None), "2026-03-10": ("met", "yes")}
    assert [data["late"] for name, data in legal.announced() if name == "reconsideration.requested"] == [False]


def test_a_late_request_is_only_noted(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    hear(legal, decided("2026-01-05")[1])
    body = {"stage": "reasonable_grounds", "ground": "new_evidence", "requested_on": "2026-03-25"}
    adviser.told("POST", "reconsiderations", body, 201)
    [window] = clocks(adviser, "GB.RECONSIDER")
    assert window["in_time"] in ("no", "unknown")
    assert [data["late"] for name, data in legal.announced() if name == "reconsideration.requested"] == [
        window["in_time"] == "no"
    ]


def test_a_request_is_about_a_decision_that_was_taken_back_before_it_as_after_it(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    decision, heard = decided("2026-03-10")
    hear(legal, heard, ("identification.corrected", {"step": decision}))
    body = {"stage": "reasonable_grounds", "ground": "new_evidence", "requested_on": "2026-03-25"}
    adviser.told("POST", "reconsiderations", {**body, "about": decision}, 201)
    unknown = adviser.told("POST", "reconsiderations", {**body, "about": str(uuid4())}, 409)
    assert unknown["errors"][0]["rule"] == "about_a_known_fact"


def test_a_request_that_arrives_before_its_decision_stops_the_window_afterwards(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    body = {"stage": "reasonable_grounds", "ground": "new_evidence", "requested_on": "2026-03-25"}
    adviser.told("POST", "reconsiderations", body, 201)
    hear(legal, decided("2026-03-10")[1])
    [window] = clocks(adviser, "GB.RECONSIDER")
    assert (window["state"], window["in_time"]) == ("met", "yes")


def test_who_reads_the_case_reads_its_facts_and_only_its_advisers_record_them(legal: Harness) -> None:
    adviser, caseworker, stranger = legal.member("legal_adviser"), legal.member("caseworker"), legal.staff("caseworker")
    fact = record(adviser, "work_ended", "2026-02-20")
    assert fact in {each["id"] for each in caseworker.told("GET", "facts")["facts"]}
    body = {"kind": "work_ended", "happened": "2026-02-20"}
    assert caseworker.ask("POST", "facts", body).status_code in (403, 404)
    assert caseworker.ask("POST", f"facts/{fact}/correction", {"reason": "not_so"}).status_code in (403, 404)
    assert stranger.ask("GET", "facts").status_code == 404


def test_a_moved_period_changes_no_key_date_and_publishes_nothing_of_the_matter(legal: Harness) -> None:
    """A barrier keeps the adviser who moves it apart from the matter."""
    adviser, apart = legal.member("legal_adviser"), legal.member("legal_adviser")
    incident = record(apart, "last_incident", "2025-03-26")
    [period] = clocks(apart, "GB.CICA")
    file = opened(adviser)
    key_date = dated(adviser, file, "limitation", period["due_on"])
    barrier = {"member": str(apart.subject), "reason": "own_interest"}
    adviser.told("POST", f"{file}/barriers", barrier, 201)
    told = len(legal.announced())
    body = {"reason": "more_exact_date", "happened": "2025-06-26"}
    apart.told("POST", f"facts/{incident}/correction", body, 201)
    [moved] = clocks(apart, "GB.CICA")
    assert (moved["id"], moved["due_on"] > period["due_on"]) == (period["id"], True)
    [stands] = adviser.told("GET", file)["dates"]
    assert (stands["id"], stands["due_on"]) == (key_date.rpartition("/")[2], period["due_on"])
    assert [name for name, _data in legal.announced()[told:] if name.startswith("matter")] == []
