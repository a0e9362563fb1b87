"""From a refusal to the last challenge: each decision opens the next window, by each law and in the case's own list."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import update

from deploy.cli import servers
from shared.deadlines.facts import facts as stored
from tests.kit.client import Client
from tests.kit.derived import fact, only, periods, shown
from tests.kit.harness import Harness, harness
from tests.kit.hearing import hear
from tests.kit.matters import listed, opened, put_right

pytestmark = pytest.mark.integration

#: The claim of each law's state scheme, the windows after its refusal with their first days, and the days of decision.
#: Each decision is negative and comes on the first of the next month.
ROADS: Mapping[str, tuple[str, list[tuple[str, str]]]] = {
    # 2 March + 56 days = 27 April; 1 April + 90 days = 30 June; 1 May + 3 months.
    "GB-EAW": (
        "GB.CICA",
        [("GB.CICA_REVIEW", "2026-04-27"), ("GB.CICA_APPEAL", "2026-06-30"), ("GB.JR", "2026-08-01")],
    ),
    # The Court of Session: three months beginning with 1 May.
    "GB-SCT": (
        "GB.CICA",
        [("GB.CICA_REVIEW", "2026-04-27"), ("GB.CICA_APPEAL", "2026-06-30"), ("SCT.JR", "2026-07-31")],
    ),
    "GB-NIR": (
        "NIR.CICS",
        [("NIR.CICS_REVIEW", "2026-04-27"), ("NIR.CICS_APPEAL", "2026-06-30"), ("NIR.JR", "2026-08-01")],
    ),
    # Six weeks: 13 April is a Monday; 13 May; 12 June.
    "NL": (
        "NL.SCHADEFONDS",
        [
            ("NL.SCHADEFONDS_OBJECTION", "2026-04-13"),
            ("NL.SCHADEFONDS_APPEAL", "2026-05-13"),
            ("NL.SCHADEFONDS_HIGHER_APPEAL", "2026-06-12"),
        ],
    ),
    # 2 March + 15 days.
    "RO": ("RO.STATE_COMP", [("RO.STATE_COMP_APPEAL", "2026-03-17")]),
}
#: The windows after a refusal of leave and of asylum in each law. Each decision is negative.
OF_RESIDENCE: Mapping[tuple[str, str], list[tuple[str, str]]] = {
    ("GB-EAW", "GB.VTS_RECOVERY"): [("GB.VTS_RECONSIDER", "2026-04-01"), ("GB.JR", "2026-07-01")],
    ("GB-SCT", "GB.ASYLUM"): [
        ("GB.ASYLUM_APPEAL", "2026-03-16"),
        ("GB.ASYLUM_PERMISSION", "2026-04-15"),
        ("GB.ASYLUM_UT_PERMISSION", "2026-05-15"),
    ],
    # Four weeks; 29 April, 29 May.
    ("NL", "NL.B8_3_REPORT"): [
        ("NL.OBJECTION", "2026-03-30"),
        ("NL.APPEAL", "2026-04-29"),
        ("NL.HIGHER_APPEAL", "2026-05-29"),
    ],
    # One week, or four.
    ("NL", "NL.ASYLUM"): [("NL.ASYLUM_APPEAL", "2026-03-09"), ("NL.ASYLUM_HIGHER_APPEAL", "2026-04-08")],
    # Seven days in the accelerated procedure, or ten; five from 1 April.
    ("RO", "RO.ASYLUM"): [("RO.ASYLUM_APPEAL", "2026-03-09"), ("RO.ASYLUM_SECOND_APPEAL", "2026-04-06")],
    ("RO", "RO.PERMIT"): [("RO.RESIDENCE_CHALLENGE", "2026-03-12")],
}


def served(postgres: servers.PostgresServer, law: str) -> Iterator[Harness]:
    with harness("legal", postgres, law) as found:
        found.move_clock("2026-06-02T12:00:00+00:00")
        hear(found, ("contact.opened", {"jurisdiction": law, "age": "adult", "opened_on": "2026-01-05"}))
        yield found


@pytest.fixture
def england(postgres: servers.PostgresServer) -> Iterator[Harness]:
    yield from served(postgres, "GB-EAW")


@pytest.fixture
def netherlands(postgres: servers.PostgresServer) -> Iterator[Harness]:
    yield from served(postgres, "NL")


@pytest.fixture
def romania(postgres: servers.PostgresServer) -> Iterator[Harness]:
    yield from served(postgres, "RO")


def version_of(adviser: Client) -> str:
    return str(adviser.ask("GET", "").headers["ETag"])


def noted(adviser: Client, kind: str, happened: str, **more: Any) -> str:
    return str(adviser.told("POST", "facts", {"kind": kind, "happened": happened, **more}, 201)["id"])


def facts(adviser: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = adviser.told("GET", "facts")["facts"]
    return [fact for fact in found if not fact["withdrawn"] and not fact["heard"]]


def started_by(adviser: Client, fact: str) -> dict[str, tuple[str, str | None]]:
    """Return the state and the first day of each period that a fact started, by its code."""
    mine = (clock for clock in standing(adviser) if clock["because"][0] == fact)
    return {clock["code"]: (clock["state"], clock["due_on"]) for clock in mine}


def standing(adviser: Client) -> list[dict[str, Any]]:
    return [clock for clock in adviser.told("GET", "")["clocks"] if clock["state"] != "withdrawn"]


def claim(adviser: Client, remedy: str, outcome: str | None = None, decided_on: str = "2026-03-02") -> str:
    matter = str(adviser.told("POST", "matters", {"remedy": remedy, "opened_on": "2026-01-05"}, 201)["id"])
    address = f"matters/{matter}"
    adviser.told("POST", f"{address}/application", {"applied_on": "2026-01-12"}, If_Match=version_of(adviser))
    if outcome is not None:
        decision = {"outcome": outcome, "decided_on": decided_on}
        adviser.told("POST", f"{address}/decision", decision, If_Match=version_of(adviser))
    return matter


def decision_on(adviser: Client, matter: str) -> str:
    [fact] = [fact["id"] for fact in facts(adviser) if fact["kind"] == "claim_decided" and fact["about"] == matter]
    return str(fact)


def travel(adviser: Client, decided: str, road: list[tuple[str, str]]) -> None:
    """Challenge each decision and lose: each time, the next window opens, and the window before is closed."""
    for number, (code, due_on) in enumerate(road):
        assert started_by(adviser, decided)[code][1] == due_on
        lost_on = f"2026-0{4 + number}-01"
        made = noted(adviser, "challenge_made", f"2026-0{3 + number}-03", challenge=code, about=decided)
        assert started_by(adviser, decided)[code][0] == "met"
        if number + 1 < len(road):
            lost = {"challenge": code, "result": "refused", "about": made}
            decided = noted(adviser, "challenge_decided", lost_on, **lost)


@pytest.mark.hazard("H-DEADLINE-7", control="challenge")
@pytest.mark.hazard("H-DEADLINE-7", control="decided-claim")
@pytest.mark.parametrize("law", ROADS)
def test_a_refused_claim_is_challenged_until_the_last_court(postgres: servers.PostgresServer, law: str) -> None:
    remedy, road = ROADS[law]
    for legal in served(postgres, law):
        adviser = legal.member("legal_adviser")
        travel(adviser, decision_on(adviser, claim(adviser, remedy, "refused")), road)


@pytest.mark.hazard("H-DEADLINE-7", control="stated-in-the-file")
@pytest.mark.parametrize(("law", "basis"), OF_RESIDENCE)
def test_a_refusal_in_a_matter_s_file_is_challenged_until_the_last_court(
    postgres: servers.PostgresServer, law: str, basis: str
) -> None:
    for legal in served(postgres, law):
        adviser = legal.member("legal_adviser")
        steps = leave(adviser, opened(adviser), basis)
        adviser.told("POST", steps, {"step": "refused", "happened_on": "2026-03-02"}, 201)
        [refused] = [fact["id"] for fact in facts(adviser) if fact["kind"].endswith("_refused")]
        travel(adviser, refused, OF_RESIDENCE[law, basis])


def leave(adviser: Client, file: str, basis: str) -> str:
    made = adviser.told("POST", f"{file}/protections", {"kind": "residence", "basis": basis}, 201)
    return f"{file}/protections/{made['id']}/steps"


#: Each decision that can be reconsidered, and its window.
RECONSIDERED = (
    ("negative", "GB.RECONSIDER"),
    ("disqualified", "GB.DISQUALIFIED_RECONSIDER"),
)


@pytest.mark.hazard("H-DEADLINE-7", control="challenge")
@pytest.mark.parametrize(("law", "review"), [("GB-EAW", "GB.JR"), ("GB-SCT", "SCT.JR"), ("GB-NIR", "NIR.JR")])
@pytest.mark.parametrize(("outcome", "reconsidered"), RECONSIDERED)
def test_a_refusal_after_reconsideration_is_reviewed_by_a_court_from_that_refusal(
    law: str, review: str, outcome: str, reconsidered: str
) -> None:
    refused = fact("decision", "2026-03-02", stage="conclusive_grounds", outcome=outcome)
    made = fact("challenge_made", "2026-03-20", about=refused, challenge=reconsidered)
    lost = fact("challenge_decided", "2026-06-10", about=made, challenge=reconsidered, result="refused")
    found = periods(law, refused, made, lost, at="2026-06-12")
    # Three months from 10 June; in Scotland they begin with that day.
    due_on = "2026-09-09" if law == "GB-SCT" else "2026-09-10"
    assert only(found, reconsidered, refused).state == "met"
    assert shown(only(found, review, lost)) == ("running", due_on, None)


@pytest.mark.hazard("H-DEADLINE-7", control="challenge")
@pytest.mark.parametrize("law", ["GB-EAW", "GB-SCT", "GB-NIR"])
def test_the_appeal_of_a_refused_asylum_claim_is_unclear(law: str) -> None:
    refused = fact("asylum_refused", "2026-03-02")
    found = only(periods(law, refused, at="2026-03-04"), "GB.ASYLUM_APPEAL", refused)
    assert (shown(found), found.certainty) == (("running", "2026-03-16", None), "unclear")


def test_a_partly_granted_claim_can_be_challenged_and_a_granted_one_needs_none(england: Harness) -> None:
    adviser = england.member("legal_adviser")
    for outcome, windows in (("partly_granted", {"GB.CICA_REVIEW"}), ("granted", set())):
        assert set(started_by(adviser, decision_on(adviser, claim(adviser, "GB.CICA", outcome)))) == windows


def test_a_corrected_decision_moves_its_window_and_a_withdrawn_one_has_none(england: Harness) -> None:
    adviser = england.member("legal_adviser")
    matter = claim(adviser, "GB.CICA", "refused")
    decided = decision_on(adviser, matter)
    correction = {"reason": "wrong_date", "decided_on": "2026-03-09"}
    adviser.told("POST", f"matters/{matter}/correction", correction, 201, If_Match=version_of(adviser))
    assert started_by(adviser, decided) == {"GB.CICA_REVIEW": ("passed", "2026-05-04")}
    correction = {"reason": "wrong_outcome", "outcome": "granted"}
    adviser.told("POST", f"matters/{matter}/correction", correction, 201, If_Match=version_of(adviser))
    assert started_by(adviser, decided) == {}
    correction = {"reason": "recorded_twice"}
    adviser.told("POST", f"matters/{matter}/correction", correction, 201, If_Match=version_of(adviser))
    assert [fact for fact in facts(adviser) if fact["kind"] in ("claim", "claim_decided")] == []


def test_an_objection_that_can_answer_two_refusals_names_one(netherlands: Harness) -> None:
    adviser = netherlands.member("legal_adviser")
    one, other = (noted(adviser, "residence_refused", day) for day in ("2026-06-01", "2026-05-25"))
    reply = adviser.told("POST", "facts", {"kind": "objection_made", "happened": "2026-06-02"}, 422)
    assert [error["rule"] for error in reply["errors"]] == ["says_what_it_answers"]
    noted(adviser, "objection_made", "2026-06-02", about=one)
    assert started_by(adviser, one)["NL.OBJECTION"][0] == "met"
    assert started_by(adviser, other)["NL.OBJECTION"][0] == "running"


@pytest.mark.hazard("H-DEADLINE-7", control="challenge")
def test_an_objection_about_residence_is_none_to_the_fund(netherlands: Harness) -> None:
    adviser = netherlands.member("legal_adviser")
    claimed = decision_on(adviser, claim(adviser, "NL.SCHADEFONDS", "refused", "2026-06-01"))
    noted(adviser, "objection_made", "2026-06-02")
    assert started_by(adviser, claimed)["NL.SCHADEFONDS_OBJECTION"][0] == "running"
    noted(adviser, "challenge_made", "2026-06-02", challenge="NL.SCHADEFONDS_OBJECTION")
    assert started_by(adviser, claimed)["NL.SCHADEFONDS_OBJECTION"][0] == "met"


def test_a_challenge_of_another_law_is_refused(netherlands: Harness) -> None:
    adviser = netherlands.member("legal_adviser")
    body = {"kind": "challenge_made", "happened": "2026-06-02", "challenge": "GB.CICA_REVIEW"}
    reply = adviser.told("POST", "facts", body, 422)
    assert [error["rule"] for error in reply["errors"]] == ["challenge_of_the_jurisdiction"]


def test_leave_whose_record_is_put_right_starts_what_the_record_says_now(netherlands: Harness) -> None:
    adviser = netherlands.member("legal_adviser")
    steps = leave(adviser, opened(adviser), "NL.B8_3_REPORT")
    step = adviser.told("POST", steps, {"step": "refused", "happened_on": "2026-05-04"}, 201)["id"]
    [refused] = [fact for fact in facts(adviser) if fact["kind"] == "residence_refused"]
    assert started_by(adviser, refused["id"]) == {"NL.OBJECTION": ("passed", "2026-06-01")}
    put_right(adviser, f"{steps}/{step}", reason="wrong_date", happened_on="2026-05-11")
    assert started_by(adviser, refused["id"]) == {"NL.OBJECTION": ("running", "2026-06-08")}
    # The only challenge of such a refusal is an objection, so the step states it.
    adviser.told("POST", steps, {"step": "challenged", "happened_on": "2026-05-18"}, 201)
    assert started_by(adviser, refused["id"]) == {"NL.OBJECTION": ("met", "2026-06-08")}
    put_right(adviser, steps.rpartition("/")[0], reason="wrong_code", basis="NL.ASYLUM")
    assert started_by(adviser, refused["id"]) == {"NL.ASYLUM_APPEAL": ("met", "2026-05-18")}
    put_right(adviser, steps.rpartition("/")[0], reason="recorded_twice")
    assert facts(adviser) == []


@pytest.mark.hazard("H-DEADLINE-7", control="kind-changes-for-its-audience")
def test_a_refusal_that_becomes_a_decision_on_a_challenge_is_withdrawn(
    netherlands: Harness,
) -> None:
    adviser = netherlands.member("legal_adviser")
    steps = leave(adviser, opened(adviser), "NL.B8_3_REPORT")
    for step, day in (("refused", "2026-03-02"), ("refused", "2026-04-20")):
        adviser.told("POST", steps, {"step": step, "happened_on": day}, 201)
    since = len(netherlands.announced())
    adviser.told("POST", steps, {"step": "challenged", "happened_on": "2026-03-09"}, 201)
    revisions = [
        (name, data["kind"], data["revision"])
        for name, data in netherlands.announced()[since:]
        if name.startswith("fact.") and data["revision"] > 1
    ]
    assert revisions == [
        ("fact.withdrawn", "residence_refused", 2),
        ("fact.corrected", "challenge_decided", 3),
    ]
    assert [fact["kind"] for fact in facts(adviser) if fact["happened"] == "2026-04-20"] == ["challenge_decided"]


@pytest.mark.hazard("H-DEADLINE-7", control="decided-claim")
@pytest.mark.parametrize("learnt", [None, "2026-05-04"])
def test_a_decision_is_corrected_to_a_day_after_it_was_learnt(romania: Harness, learnt: str | None) -> None:
    adviser = romania.member("legal_adviser")
    matter = claim(adviser, "RO.STATE_COMP", "refused", "2026-05-04")
    steps = leave(adviser, opened(adviser), "RO.PERMIT")
    step = adviser.told("POST", steps, {"step": "refused", "happened_on": "2026-05-04"}, 201)["id"]
    with romania.database.transaction() as session:
        session.execute(update(stored).values(learnt=learnt))
    correction = {"reason": "wrong_date", "decided_on": "2026-05-11"}
    adviser.told("POST", f"matters/{matter}/correction", correction, 201, If_Match=version_of(adviser))
    put_right(adviser, f"{steps}/{step}", reason="wrong_date", happened_on="2026-05-11")
    corrected = {fact["kind"]: fact for fact in facts(adviser) if fact["kind"] != "claim"}
    assert [(fact["happened"], fact["learnt"]) for fact in corrected.values()] == [
        ("2026-05-11", learnt and "2026-05-11")
    ] * 2
    # 15 days after the decision, and 10 days after the refusal, for both of which no day of notification is recorded.
    assert started_by(adviser, corrected["claim_decided"]["id"])["RO.STATE_COMP_APPEAL"][1] == "2026-05-26"
    assert started_by(adviser, corrected["residence_refused"]["id"])["RO.RESIDENCE_CHALLENGE"][1] == "2026-05-21"


@pytest.mark.hazard("H-DEADLINE-7", control="stated-in-the-file")
@pytest.mark.parametrize(("law", "basis"), [pair for pair in OF_RESIDENCE if pair[1] != "GB.VTS_RECOVERY"])
def test_a_refusal_after_a_challenge_is_the_decision_on_it(
    postgres: servers.PostgresServer, law: str, basis: str
) -> None:
    for legal in served(postgres, law):
        adviser = legal.member("legal_adviser")
        steps, road = leave(adviser, opened(adviser), basis), OF_RESIDENCE[law, basis]
        for month, (code, due_on) in enumerate(road, start=3):
            refused_on = "2026-03-02" if month == 3 else f"2026-0{month}-01"
            adviser.told("POST", steps, {"step": "refused", "happened_on": refused_on}, 201)
            assert [clock[1] for clock in of_code(adviser, code)] == [due_on]
            adviser.told("POST", steps, {"step": "challenged", "happened_on": f"2026-0{month}-05"}, 201)
            assert [clock[:2] for clock in of_code(adviser, code)] == [("met", due_on)]
        assert [fact["kind"].endswith("_refused") for fact in facts(adviser)].count(True) == 1
        assert tasks(legal) == []
        # No challenge of the last decision is recorded.
        adviser.told("POST", steps, {"step": "refused", "happened_on": "2026-06-01"}, 201)
        assert tasks(legal) == [(None, True)]


@pytest.mark.hazard("H-DEADLINE-7", control="refused-again")
def test_a_refusal_after_a_challenge_keeps_a_task(netherlands: Harness) -> None:
    adviser = netherlands.member("legal_adviser")
    steps = leave(adviser, opened(adviser), "NL.ASYLUM")
    for step, day in (("refused", "2026-05-04"), ("challenged", "2026-05-08")):
        adviser.told("POST", steps, {"step": step, "happened_on": day}, 201)
    assert tasks(netherlands) == []
    adviser.told("POST", steps, {"step": "refused", "happened_on": "2026-05-29"}, 201)
    assert [state for state, *_ in of_code(adviser, "NL.ASYLUM_HIGHER_APPEAL")] == ["running"]
    assert tasks(netherlands) == [(None, True)]


def test_a_new_request_is_refused_for_the_first_time(netherlands: Harness) -> None:
    adviser = netherlands.member("legal_adviser")
    steps = leave(adviser, opened(adviser), "NL.B8_3_REPORT")
    for step, day in (("refused", "2026-02-02"), ("challenged", "2026-02-09"), ("applied", "2026-05-04")):
        adviser.told("POST", steps, {"step": step, "happened_on": day}, 201)
    adviser.told("POST", steps, {"step": "refused", "happened_on": "2026-05-18"}, 201)
    assert of_code(adviser, "NL.APPEAL") == []
    assert ("running", "2026-06-15") in [clock[:2] for clock in of_code(adviser, "NL.OBJECTION")]


def test_a_refusal_after_an_unknown_challenge_is_unclear(england: Harness) -> None:
    adviser = england.member("legal_adviser")
    steps = leave(adviser, opened(adviser), "GB.VTS_RECOVERY")
    for step, day in (("refused", "2026-04-01"), ("challenged", "2026-04-08")):
        adviser.told("POST", steps, {"step": step, "happened_on": day}, 201)
    assert tasks(england) == []
    adviser.told("POST", steps, {"step": "refused", "happened_on": "2026-05-11"}, 201)
    assert tasks(england) == [(None, True)]
    # Three months from either refusal.
    assert {due_on for _state, due_on, _doubts in of_code(adviser, "GB.JR")} == {"2026-07-01", "2026-08-11"}


def tasks(legal: Harness) -> list[tuple[str | None, bool]]:
    """Return the tasks about a refusal without a window: the day of each, and whether it is unclear."""
    return [(due_on, unclear) for due_on, unclear, _ in listed(legal).get("leave_refused", [])]


@pytest.mark.hazard("H-DEADLINE-7", control="corrected-with-its-record")
def test_a_fact_of_a_record_is_corrected_with_it_and_only_its_receipt_apart(romania: Harness) -> None:
    adviser = romania.member("legal_adviser")
    claim(adviser, "RO.STATE_COMP", "refused")
    file = opened(adviser)
    steps = leave(adviser, file, "RO.PERMIT")
    refusal = adviser.told("POST", steps, {"step": "refused", "happened_on": "2026-03-02"}, 201)["id"]
    adviser.told("POST", steps, {"step": "challenged", "happened_on": "2026-03-09"}, 201)
    proceeding = proceeding_of(adviser, file, "injured_party")
    for stage, day in (("charged", "2026-03-02"), ("trial", "2026-04-02"), ("sentenced", "2026-05-04")):
        step(adviser, proceeding, stage, day)
    stated = {fact["kind"]: fact["id"] for fact in facts(adviser)}
    assert stated.keys() == {
        *("claim", "claim_decided", "residence_refused", "challenge_made"),
        *("prosecution_brought", "trial_begun", "trial_ended", "sentenced"),
    }
    for fact_id in stated.values():
        for body in (
            {"reason": "not_so"},
            {"reason": "learnt_more", "withdrawn": True},
            {"reason": "wrong_date", "happened": "2026-03-03"},
            {"reason": "learnt_more", "happened": "2026-03-03", "learnt": "2026-03-04"},
        ):
            refused = adviser.told("POST", f"facts/{fact_id}/correction", body, 409)
            assert refused["errors"][0]["rule"] == "put_right_with_its_record"
    learnt = {"reason": "learnt_more", "learnt": "2026-03-05"}
    adviser.told("POST", f"facts/{stated['residence_refused']}/correction", learnt, 201)
    put_right(adviser, f"{steps}/{refusal}", reason="wrong_date", happened_on="2026-03-04")
    [found] = [fact for fact in facts(adviser) if fact["kind"] == "residence_refused"]
    assert (found["happened"], found["learnt"]) == ("2026-03-04", "2026-03-05")


def test_of_several_challenges_the_step_says_none_and_all_stay_open(england: Harness) -> None:
    adviser = england.member("legal_adviser")
    steps = leave(adviser, opened(adviser), "GB.VTS_RECOVERY")
    adviser.told("POST", steps, {"step": "refused", "happened_on": "2026-05-11"}, 201)
    adviser.told("POST", steps, {"step": "challenged", "happened_on": "2026-05-18"}, 201)
    [refused] = facts(adviser)
    assert {code: state for code, (state, _) in started_by(adviser, refused["id"]).items()} == {
        "GB.VTS_RECONSIDER": "running",
        "GB.JR": "running",
    }


def test_an_act_of_an_authority_and_a_sentence_start_their_limits(england: Harness) -> None:
    adviser = england.member("legal_adviser")
    # One year beginning with 9 March 2026.
    assert started_by(adviser, noted(adviser, "authority_act", "2026-03-09")) == {"GB.HRA": ("running", "2027-03-08")}
    sentenced = noted(adviser, "sentenced", "2026-05-11")
    # 28 days, of which the day itself may be the first.
    assert started_by(adviser, sentenced) == {"GB.UNDULY_LENIENT": ("running", "2026-06-07")}


def proceeding_of(adviser: Client, file: str, role: str) -> str:
    made = adviser.told("POST", f"{file}/proceedings", {"kind": "criminal", "person_role": role}, 201)
    return f"{file}/proceedings/{made['id']}"


def step(adviser: Client, proceeding: str, stage: str, happened_on: str, **more: Any) -> str:
    body = {"stage": stage, "happened_on": happened_on, **more}
    return str(adviser.told("POST", f"{proceeding}/steps", body, 201)["id"])


def of_code(adviser: Client, code: str) -> list[tuple[str, str | None, list[str]]]:
    of_it = (clock for clock in standing(adviser) if clock["code"] == code)
    return [(clock["state"], clock["due_on"], clock["doubts"]) for clock in of_it]


NOW = ("undated", None, ["act_now"])


@pytest.mark.hazard("H-DEADLINE-8", control="court-stages")
def test_joining_opens_with_the_prosecution_and_closes_with_the_inquiry(romania: Harness) -> None:
    adviser = romania.member("legal_adviser")
    proceeding = proceeding_of(adviser, opened(adviser), "injured_party")
    step(adviser, proceeding, "investigating", "2026-02-02")
    assert of_code(adviser, "RO.CIVIL_PARTY") == []
    step(adviser, proceeding, "sent_to_trial", "2026-03-02")
    step(adviser, proceeding, "pre_trial", "2026-04-02")
    assert of_code(adviser, "RO.CIVIL_PARTY") == [NOW]
    wrong = step(adviser, proceeding, "trial", "2026-05-04")
    assert [state for state, *_ in of_code(adviser, "RO.CIVIL_PARTY")] == ["ended"]
    put_right(adviser, f"{proceeding}/steps/{wrong}", reason="not_so")
    assert of_code(adviser, "RO.CIVIL_PARTY") == [NOW]
    matter = str(adviser.told("POST", "matters", {"remedy": "RO.CIVIL_PARTY"}, 201)["id"])
    reply = adviser.told("POST", f"matters/{matter}/application", {}, If_Match=version_of(adviser))
    assert reply["limitation"] == "none"
    assert [state for state, *_ in of_code(adviser, "RO.CIVIL_PARTY")] == ["met"]


def test_a_claim_made_to_the_police_joins_the_prosecution_that_follows(netherlands: Harness) -> None:
    adviser = netherlands.member("legal_adviser")
    proceeding = proceeding_of(adviser, opened(adviser), "injured_party")
    matter = claim(adviser, "NL.CRIMINAL_JOINDER")
    step(adviser, proceeding, "charged", "2026-03-02")
    # It can be a claim in another prosecution, so joining stays due until an adviser states which one.
    assert of_code(adviser, "NL.JOINDER") == [("undated", None, ["act_now", "answer_before"])]
    [brought] = [fact["id"] for fact in facts(adviser) if fact["kind"] == "prosecution_brought"]
    correction = {"reason": "learnt_more", "about": brought}
    adviser.told("POST", f"matters/{matter}/correction", correction, 201, If_Match=version_of(adviser))
    assert [state for state, *_ in of_code(adviser, "NL.JOINDER")] == ["met"]


@pytest.mark.hazard("H-DEADLINE-8", control="court-stages")
@pytest.mark.parametrize(
    ("brought_on", "doubt"),
    [("2026-03-02", "answer_before"), ("2022", "answer_before"), ("unknown", "perhaps_earlier")],
)
def test_a_claim_that_can_be_of_an_earlier_prosecution_leaves_the_later_one_due(brought_on: str, doubt: str) -> None:
    brought, early = fact("prosecution_brought", brought_on), fact("claim", "2021-05-03", remedy="NL.CRIMINAL_JOINDER")
    period = only(periods("NL", brought, early), "NL.JOINDER")
    assert (period.state, period.doubts) == ("undated", ("act_now", doubt))
    named = fact("claim", "2021-05-03", about=brought, remedy="NL.CRIMINAL_JOINDER")
    later = fact("claim", "2026-03-02", remedy="NL.CRIMINAL_JOINDER")
    if brought_on != "unknown":
        for answer in (named, later):
            assert only(periods("NL", brought, early, answer), "NL.JOINDER").state == "met"


@pytest.mark.hazard("H-DEADLINE-8", control="court-stages")
def test_a_claim_decided_before_a_prosecution_was_none_in_it(netherlands: Harness) -> None:
    adviser = netherlands.member("legal_adviser")
    claim(adviser, "NL.CRIMINAL_JOINDER", "granted", "2026-02-02")
    proceeding = proceeding_of(adviser, opened(adviser), "injured_party")
    step(adviser, proceeding, "charged", "2026-03-02")
    assert of_code(adviser, "NL.JOINDER") == [NOW]
    matter = str(adviser.told("POST", "matters", {"remedy": "NL.CRIMINAL_JOINDER"}, 201)["id"])
    adviser.told("POST", f"matters/{matter}/application", {}, If_Match=version_of(adviser))
    assert [state for state, *_ in of_code(adviser, "NL.JOINDER")] == ["met"]


@pytest.mark.hazard("H-DEADLINE-8", control="court-stages")
def test_a_trial_is_over_for_the_person_when_it_is_over_against_every_defendant(netherlands: Harness) -> None:
    adviser = netherlands.member("legal_adviser")
    proceeding = proceeding_of(adviser, opened(adviser), "injured_party")
    one, other = (
        adviser.told("POST", f"{proceeding}/defendants", {"charges": ["trafficking"]}, 201)["id"] for _ in range(2)
    )
    step(adviser, proceeding, "charged", "2026-03-02", defendant=one)
    step(adviser, proceeding, "trial", "2026-04-01")
    step(adviser, proceeding, "convicted", "2026-04-15", defendant=one)
    assert of_code(adviser, "NL.JOINDER") == [NOW]
    step(adviser, proceeding, "acquitted", "2026-05-15", defendant=other)
    assert [state for state, *_ in of_code(adviser, "NL.JOINDER")] == ["ended"]
    # A third defendant whose proceedings are still open opens it again.
    adviser.told("POST", f"{proceeding}/defendants", {"charges": ["trafficking"]}, 201)
    assert of_code(adviser, "NL.JOINDER") == [NOW]


@pytest.mark.hazard("H-DEADLINE-8", control="court-stages")
@pytest.mark.parametrize(("law", "code"), [("NL", "NL.JOINDER"), ("RO", "RO.CIVIL_PARTY")])
def test_an_inquiry_without_a_charge_ends_no_other_prosecution(
    postgres: servers.PostgresServer, law: str, code: str
) -> None:
    for legal in served(postgres, law):
        adviser = legal.member("legal_adviser")
        file = opened(adviser)
        step(adviser, proceeding_of(adviser, file, "injured_party"), "charged", "2026-03-02")
        other = proceeding_of(adviser, file, "injured_party")
        step(adviser, other, "investigating", "2026-03-16")
        step(adviser, other, "no_charge", "2026-04-01")
        assert [fact["kind"] for fact in facts(adviser)] == ["prosecution_brought"]
        assert of_code(adviser, code) == [NOW]


@pytest.mark.hazard("H-DEADLINE-8", control="court-stages")
@pytest.mark.parametrize(("law", "code"), [("NL", "NL.JOINDER"), ("RO", "RO.CIVIL_PARTY")])
def test_a_prosecution_that_is_brought_again_can_be_joined_again(
    postgres: servers.PostgresServer, law: str, code: str
) -> None:
    for legal in served(postgres, law):
        adviser = legal.member("legal_adviser")
        proceeding = proceeding_of(adviser, opened(adviser), "injured_party")
        step(adviser, proceeding, "charged", "2026-02-02")
        step(adviser, proceeding, "discontinued", "2026-03-02")
        assert [state for state, *_ in of_code(adviser, code)] == ["ended"]
        again = step(adviser, proceeding, "charged", "2026-05-01")
        assert of_code(adviser, code) == [NOW]
        put_right(adviser, f"{proceeding}/steps/{again}", reason="not_so")
        assert [state for state, *_ in of_code(adviser, code)] == ["ended"]


@pytest.mark.hazard("H-DEADLINE-8", control="brought-again")
@pytest.mark.parametrize("is_named", [False, True])
def test_a_claim_in_a_discontinued_prosecution_is_none_in_the_one_brought_again(
    netherlands: Harness, *, is_named: bool
) -> None:
    adviser = netherlands.member("legal_adviser")
    proceeding = proceeding_of(adviser, opened(adviser), "injured_party")
    one, other = (
        adviser.told("POST", f"{proceeding}/defendants", {"charges": ["trafficking"]}, 201)["id"] for _ in range(2)
    )
    step(adviser, proceeding, "charged", "2026-02-02")
    [brought] = [fact["id"] for fact in facts(adviser)]
    matter = str(
        adviser.told("POST", "matters", {"remedy": "NL.CRIMINAL_JOINDER", "opened_on": "2026-02-02"}, 201)["id"]
    )
    claimed = {"applied_on": "2026-02-10", **({"about": brought} if is_named else {})}
    adviser.told("POST", f"matters/{matter}/application", claimed, If_Match=version_of(adviser))
    step(adviser, proceeding, "discontinued", "2026-03-02", defendant=one)
    step(adviser, proceeding, "charged", "2026-03-09", defendant=one)
    assert [state for state, *_ in of_code(adviser, "NL.JOINDER")] == ["met"]
    step(adviser, proceeding, "discontinued", "2026-03-16")
    again = step(adviser, proceeding, "charged", "2026-05-01", defendant=other)
    assert [state for state, *_ in of_code(adviser, "NL.JOINDER")] == ["undated"]
    put_right(adviser, f"{proceeding}/steps/{again}", reason="not_so")
    assert [state for state, *_ in of_code(adviser, "NL.JOINDER")] == ["met"]


def test_a_prosecution_of_the_person_opens_no_way_to_claim(netherlands: Harness) -> None:
    adviser = netherlands.member("legal_adviser")
    step(adviser, proceeding_of(adviser, opened(adviser), "accused"), "charged", "2026-03-02")
    assert (facts(adviser), of_code(adviser, "NL.JOINDER")) == ([], [])


@pytest.mark.hazard("H-DEADLINE-8", control="conciliation-first")
def test_conciliation_has_a_day_of_its_own_before_the_claim(england: Harness) -> None:
    adviser = england.member("legal_adviser")
    work = noted(adviser, "work_ended", "2026-03-16")
    # Three months less a day.
    assert started_by(adviser, work)["GB.CONCILIATION"] == ("running", "2026-06-15")
    noted(adviser, "conciliation_begun", "2026-06-01")
    assert started_by(adviser, work)["GB.CONCILIATION"][0] == "met"
    assert started_by(adviser, work)["GB.ET"][0] == "running"


@pytest.mark.hazard("H-DEADLINE-8", control="wages-withheld")
@pytest.mark.parametrize(
    ("law", "code"), [("GB-EAW", "GB.ET"), ("GB-NIR", "NIR.TRIBUNAL"), ("NL", "NL.WAGES"), ("RO", "RO.WAGES")]
)
def test_wages_withheld_ask_for_the_day_on_which_the_work_ended(
    postgres: servers.PostgresServer, law: str, code: str
) -> None:
    for legal in served(postgres, law):
        adviser = legal.member("legal_adviser")
        withheld = noted(adviser, "wages_withheld", "unknown")
        assert of_code(adviser, code) == [("undated", None, ["day_missing"])]
        noted(adviser, "work_ended", "2026-05-04", about=withheld)
        [(state, due_on, doubts)] = of_code(adviser, code)
        assert (state, due_on is None, "day_missing" in doubts) == ("running", False, False)


#: The rule of the limit for wages in each law, and for Great Britain also the version before October 2026.
OF_WAGES = [
    ("GB-EAW", "GB.ET", "2026-10-05"),
    ("GB-EAW", "GB.ET", "2026-05-04"),
    ("GB-NIR", "NIR.TRIBUNAL", "2026-05-04"),
    ("NL", "NL.WAGES", "2026-05-04"),
    ("RO", "RO.WAGES", "2026-05-04"),
]


@pytest.mark.hazard("H-DEADLINE-8", control="each-day-is-asked-for")
@pytest.mark.parametrize(("law", "code", "ended_on"), OF_WAGES)
def test_the_end_of_work_for_another_employer_leaves_the_day_asked_for(law: str, code: str, ended_on: str) -> None:
    withheld = fact("wages_withheld", "unknown", learnt="2026-03-02")
    ended = fact("work_ended", ended_on)
    asking = only(periods(law, withheld, ended), code, withheld)
    assert (asking.state, asking.doubts, asking.ask_about) == ("undated", ("day_missing", "which_start"), (ended.id,))
    assert only(periods(law, withheld, ended), code, ended).state != "undated"
    # A second one, of which the day is known.
    for own, other in (
        (fact("work_ended", ended_on, about=withheld), fact("wages_withheld", "unknown", learnt="2026-03-02")),
        (ended, fact("wages_withheld", "unknown", about=ended)),
    ):
        told, untold = (withheld, other) if own.about else (other, withheld)
        found = periods(law, withheld, own, other)
        assert [period for period in found if period.code == code and period.start == told.id] == []
        asking = only(found, code, untold)
        assert (asking.state, asking.doubts, asking.ask_about) == ("undated", ("day_missing",), ())


@pytest.mark.hazard("H-DEADLINE-8", control="each-employer-is-one")
def test_two_employers_that_withheld_wages_are_asked_for_one_by_one(england: Harness) -> None:
    adviser = england.member("legal_adviser")
    employers = [noted(adviser, "wages_withheld", "unknown") for _employer in range(2)]
    # Both periods ask the same question, so only one is open at a time.
    assert of_code(adviser, "GB.ET") == [("undated", None, ["day_missing"])]
    noted(adviser, "work_ended", "2026-05-04", about=employers[1])
    assert sorted(state for state, _due_on, _doubts in of_code(adviser, "GB.ET")) == ["running", "undated"]
    noted(adviser, "work_ended", "2026-05-11", about=employers[0])
    assert [state for state, _due_on, _doubts in of_code(adviser, "GB.ET")] == ["running", "running"]


@pytest.mark.parametrize(("law", "code", "ended_on"), OF_WAGES)
def test_an_unknown_end_of_work_is_asked_for(law: str, code: str, ended_on: str) -> None:
    withheld = fact("wages_withheld", "unknown", learnt=ended_on)
    ended = fact("work_ended", "unknown", about=withheld)
    assert only(periods(law, withheld, ended), code, withheld).doubts == ("day_missing",)
