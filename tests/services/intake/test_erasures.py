"""A request for erasure at intake: restricted at once, examined, decided, and limited by a legal hold."""

import json
import threading
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from services.intake.access.erasure import rules
from services.intake.access.erasure.actions import acknowledge, erase, receive_answer
from services.intake.access.erasure.models import ErasureRequest
from services.intake.access.erasure.rules import letters
from services.intake.facts.case.models import Case, lock
from services.intake.migrations import intake_0070
from services.intake.path.identification.models import HeardAdvice
from services.intake.service import PARTS
from shared.access import exclusions, staff
from shared.casework.refusals import FactRefused, StepForbidden
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.encryption import Cell, KeyDestroyed, Keys
from shared.exchange import cursor
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.tombstones import Tombstone
from shared.http import RequestPipeline
from shared.privacy import erasure
from shared.privacy.erasure.eraser import Eraser
from shared.reference import codes
from shared.reference.words import LANGUAGES, catalogue
from shared.store.database import Database
from tests.kit.builders import an_event
from tests.kit.client import Client, told
from tests.kit.databases import waits_for_a_lock
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.merges import clocks_of, joined, with_clocks
from tests.kit.intake.names import found, named
from tests.kit.intake.referrals import consented
from tests.kit.waiting import wait_until

#: The steps that lead to another state, repeated here independently of the code.
LEADS = {
    ("requested", "order"): "ordered",
    ("requested", "refuse"): "refused",
    ("requested", "lift"): "lifted",
    ("refused", "order"): "ordered",
    ("refused", "lift"): "lifted",
    ("proposed", "refuse"): "refused",
    ("proposed", "lift"): "lifted",
    ("held", "lift"): "lifted",
}
#: A request that the person did not make needs a second person.
UNASKED = ("retention_over", "unlawful", "law_demands_it")


@given(
    st.sampled_from(rules.STATES),
    st.sampled_from(("order", "refuse", "lift")),
    st.sampled_from(("asked_for_by_the_person", "retention_over")),
    st.sets(st.sampled_from(rules.CHECKS)),
    st.sets(st.sampled_from(("criminal_proceedings", "court_order"))),
    st.sampled_from((None, "legal_hold")),
    st.sets(st.sampled_from(("legal", "support"))),
)
def test_nothing_is_ordered_unexamined_and_under_a_hold_only_as_far_as_it_may_be(
    state: str,
    decision: str,
    reason: str,
    checked: set[str],
    holds: set[str],
    refusal: str | None,
    erasing: set[str],
) -> None:
    needed = {"third_party"} if reason in UNASKED else {"coercion", "third_party"}
    forbidden = bool(erasing) if decision == "lift" else decision == "order" and not checked >= needed
    right = (decision == "refuse") == (refusal is not None)
    try:
        after = rules.decide(
            state, decision, reason=reason, checked=checked, holds=holds, refusal=refusal, erasing=erasing
        )
    except (StepForbidden, FactRefused):
        assert (state, decision) not in LEADS or forbidden or not right
    else:
        ordered = "proposed" if reason in UNASKED else "held" if holds else "ordered"
        assert after == (ordered if decision == "order" else LEADS[state, decision])
        assert not forbidden
        assert right


@given(st.lists(st.sampled_from(("order", "refuse", "lift")), max_size=6))
def test_an_erasure_that_was_ordered_or_given_up_is_never_decided_again(decisions: list[str]) -> None:
    state, ended = rules.REQUESTED, False
    for each in decisions:
        refusal = "legal_hold" if each == "refuse" else None
        try:
            state = rules.decide(state, each, reason="objection", checked=rules.CHECKS, holds=(), refusal=refusal)
        except StepForbidden:
            continue
        assert not ended
        ended = state not in rules.OPEN_STATES


@pytest.mark.promise("RIGHT-11")
@given(st.dictionaries(st.sampled_from(sorted(rules.HOLDERS)), st.sampled_from(("deleted", "kept"))))
def test_it_is_complete_when_every_holder_has_answered(answers: dict[str, str]) -> None:
    kept = rules.outcome(answers)
    assert (kept is not None) == (set(answers) == rules.HOLDERS)
    assert kept is None or kept == sorted(each for each, answer in answers.items() if answer == "kept")
    assert set(rules.missing(answers)) == rules.HOLDERS - set(answers)


@pytest.fixture
def officer(door: RequestPipeline) -> Client:
    return Client(door, "data_protection_officer")


def change(client: Client, case: str, path: str, body: Any = None, status: int = 200, method: str = "POST") -> Any:
    """Change a case in its current state, with its ETag."""
    version = client.ask("GET", f"/v1/cases/{case}/erasure-requests").headers["ETag"]
    return told(client.ask(method, f"/v1/cases/{case}/{path}", body, If_Match=version), status)


def requested(client: Client, case: str, **body: str) -> str:
    return str(told(client.ask("POST", f"/v1/cases/{case}/erasure-requests", body), 201)["id"])


def examined(worker: Client, officer: Client, case: str) -> str:
    which = requested(worker, case)
    change(worker, case, f"erasure-requests/{which}/checks", {"checked": "coercion"})
    change(officer, case, f"erasure-requests/{which}/checks", {"checked": "third_party"})
    return which


def decide(officer: Client, case: str, which: str, decision: str, status: int = 200, **more: str) -> Any:
    return change(officer, case, f"erasure-requests/{which}/decision", {"decision": decision, **more}, status)


@pytest.mark.promise("SEC-112", "RIGHT-1")
@pytest.mark.integration
def test_a_request_restricts_the_case_until_the_restriction_is_lifted(
    worker: Client, officer: Client, door: RequestPipeline
) -> None:
    case, supervisor = opened(worker), Client(door, "supervisor")
    # Staff outside the team have no access; a supervisor can read it in an emergency.
    assert supervisor.ask("POST", f"/v1/cases/{case}/break-glass", {"reason": "danger_to_life"}).status_code == 201
    which = requested(worker, case)
    assert worker.ask("GET", f"/v1/cases/{case}").status_code == 403
    assert supervisor.ask("GET", f"/v1/cases/{case}").status_code == 200
    assert Client(door, "caseworker").ask("GET", f"/v1/cases/{case}").status_code == 404
    version = officer.ask("GET", f"/v1/cases/{case}/erasure-requests").headers["ETag"]
    refused = worker.ask("POST", f"/v1/cases/{case}/closure", {"reason": "goals_met"}, If_Match=version)
    assert told(refused, 403)["type"] == "urn:casepath:problem:restricted"
    assert told(worker.ask("GET", "/v1/work-list"))["cases"] == []
    again = worker.ask("POST", f"/v1/cases/{case}/exclusions", {"kind": "worker", "member": str(uuid4())})
    assert again.status_code == 201, "what protects the person goes on"
    second = told(worker.ask("POST", f"/v1/cases/{case}/erasure-requests", {}), 409)
    assert rule_of(second) == "one_request_at_a_time"
    assert decide(officer, case, which, "lift")["state"] == "lifted"
    assert worker.ask("GET", f"/v1/cases/{case}").status_code == 200


@pytest.mark.integration
def test_a_restricted_case_is_found_by_no_search_but_a_supervisors(worker: Client, door: RequestPipeline) -> None:
    case, supervisor = named(worker), Client(door, "supervisor")
    both = {"supervisor": str(supervisor.subject), "member": str(worker.subject)}
    told(Client(door, "operator").ask("POST", "/v1/supervisions", both))
    assert found(worker, "Ruxandra") == [(case, "same")]
    requested(worker, case)
    assert found(worker, "Ruxandra") == []
    assert found(supervisor, "Ruxandra") == [(case, "same")]


@pytest.mark.promise("RIGHT-2")
@pytest.mark.integration
def test_it_is_ordered_only_once_examined(worker: Client, officer: Client) -> None:
    case = opened(worker)
    which = requested(worker, case)
    assert rule_of(decide(officer, case, which, "order", 409)) == "coercion_is_checked"
    change(worker, case, f"erasure-requests/{which}/checks", {"checked": "coercion"})
    assert rule_of(decide(officer, case, which, "order", 409)) == "third_parties_are_reviewed"
    assert decide(officer, case, which, "refuse", reason="person_was_forced")["state"] == "refused"
    assert worker.ask("GET", f"/v1/cases/{case}").status_code == 403, "it stays restricted until that is lifted"
    refused = worker.ask("POST", f"/v1/cases/{case}/erasure-requests/{which}/decision", {"decision": "order"})
    assert refused.status_code == 403, "it is for data protection to decide"


def placed(officer: Client, case: str, days: int = 30, **more: Any) -> str:
    """Place a legal hold on a case; return its id."""
    until = datetime.now(UTC).date() + timedelta(days=days)
    body = {"basis": "criminal_proceedings", "until": until.isoformat(), **more}
    return str(told(officer.ask("POST", f"/v1/cases/{case}/legal-holds", body), 201)["id"])


def hold_and_order(worker: Client, officer: Client, case: str, **more: Any) -> tuple[str, str]:
    """Order the erasure of a case under a legal hold; return the hold and the request."""
    hold, which = placed(officer, case, **more), examined(worker, officer, case)
    assert decide(officer, case, which, "order")["state"] == "held"
    return hold, which


def held(worker: Client, officer: Client, days: int = 30) -> tuple[str, str, str]:
    """Return a case with an ordered erasure under a legal hold, the hold, and the request."""
    case = opened(worker)
    told(worker.ask("POST", f"/v1/cases/{case}/person/former-details", {"reason": "person_asks_for_it"}), 201)
    hold, which = hold_and_order(worker, officer, case, days=days)
    return case, hold, which


def notices_of(officer: Client) -> list[str]:
    return [each["kind"] for each in told(officer.ask("GET", "/v1/notices"))["notices"]]


@pytest.mark.integration
def test_a_legal_hold_keeps_only_its_records_and_lifting_it_erases_them(
    worker: Client, officer: Client, database: Database
) -> None:
    case, hold, which = held(worker, officer)
    shown = told(officer.ask("GET", f"/v1/cases/{case}/erasure-requests"))
    assert [each["basis"] for each in shown["legal_holds"]] == ["criminal_proceedings"]
    assert shown["erasure_requests"][0]["held_at"] is not None
    with database.transaction() as session:
        assert session.execute(text("select count(*) from former_details_reasons")).scalar_one() == 0
        assert session.execute(text("select count(*) from cases")).scalar_one() == 1
        told_of = session.execute(text("select data from event_log where name = 'erasure.held'")).scalar_one()
    assert (told_of["bases"], told_of["holders"]) == (["criminal_proceedings"], ["support"])
    assert worker.ask("GET", f"/v1/cases/{case}").status_code == 403, "it stays restricted for the others"
    assert notices_of(officer) == ["erasure_held"]
    change(officer, case, f"legal-holds/{hold}", status=204, method="DELETE")
    assert officer.ask("GET", f"/v1/cases/{case}/erasure-requests").status_code == 404
    assert told(officer.ask("GET", f"/v1/erasures/{which}"))["state"] == "ordered"
    assert notices_of(officer) == ["erasure_goes_on"]


@pytest.mark.hazard("H-CONFIDENTIALITY-11", control="hold-has-a-scope")
@given(st.lists(st.sets(st.sampled_from(("legal_file", "support_file"))), min_size=1, max_size=4))
def test_a_holder_keeps_its_file_if_a_hold_needs_it(scopes: list[set[str]]) -> None:
    erased = rules.outside_scope(scopes)
    for holder in ("legal", "support"):
        assert (holder in erased) == all(f"{holder}_file" not in scope for scope in scopes)
    assert erased == sorted(erased)


def held_events(database: Database) -> list[tuple[list[str], list[str]]]:
    """Return the bases of each announced hold, and the holders that delete all their data."""
    with database.transaction() as session:
        rows = session.scalars(text("select data from event_log where name = 'erasure.held' order by serial")).all()
    return [(row["bases"], row["holders"]) for row in rows]


@pytest.mark.hazard("H-CONFIDENTIALITY-11", control="hold-has-a-scope")
@pytest.mark.integration
@pytest.mark.parametrize(
    ("scope", "erased"),
    [
        (None, ["support"]),
        (["legal_file"], ["support"]),
        (["support_file"], ["legal"]),
        (["legal_file", "support_file"], []),
        ([], ["legal", "support"]),
    ],
)
def test_a_hold_keeps_the_files_in_its_scope_and_the_legal_file_by_default(
    scope: list[str] | None, erased: list[str], worker: Client, officer: Client, database: Database
) -> None:
    case, more = opened(worker), {} if scope is None else {"scope": scope}
    hold_and_order(worker, officer, case, **more)
    [hold] = told(officer.ask("GET", f"/v1/cases/{case}/erasure-requests"))["legal_holds"]
    assert hold["scope"] == (["legal_file"] if scope is None else scope)
    assert held_events(database) == [(["criminal_proceedings"], erased)]


WHOLE = ["legal_file", "support_file"]


def asked_for(client: Client, case: str) -> list[Any]:
    found: list[Any] = told(client.ask("GET", f"/v1/cases/{case}/erasure-requests"))["erasure_requests"]
    return found


@pytest.mark.hazard("H-DEADLINE-15", control="no-lift-after-erasure")
@pytest.mark.integration
@pytest.mark.parametrize("scope", [[], ["legal_file"], ["support_file"], WHOLE])
def test_an_erasure_is_not_lifted_once_a_service_had_to_erase_its_part(
    scope: list[str], worker: Client, officer: Client
) -> None:
    case = opened(worker)
    hold, which = hold_and_order(worker, officer, case, scope=scope)
    if scope == WHOLE:
        assert decide(officer, case, which, "lift")["state"] == "lifted"
        assert worker.ask("GET", f"/v1/cases/{case}").status_code == 200
        return
    assert rule_of(decide(officer, case, which, "lift", 409)) == "no_holder_has_erased"
    placed(officer, case, days=60, scope=WHOLE)
    change(officer, case, f"legal-holds/{hold}", status=204, method="DELETE")
    assert rule_of(decide(officer, case, which, "lift", 409)) == "no_holder_has_erased"


@pytest.mark.hazard("H-DEADLINE-15", control="no-lift-after-erasure")
@pytest.mark.integration
def test_an_erasure_is_not_lifted_after_the_end_of_the_hold_that_needed_a_file(worker: Client, officer: Client) -> None:
    case = opened(worker)
    placed(officer, case, days=60, basis="child_protection", scope=["support_file"])
    hold, which = hold_and_order(worker, officer, case)
    change(officer, case, f"legal-holds/{hold}", status=204, method="DELETE")
    assert rule_of(decide(officer, case, which, "lift", 409)) == "no_holder_has_erased"


@pytest.mark.integration
def test_an_upgrade_finds_the_services_that_had_to_erase_their_part(
    worker: Client, officer: Client, database: Database
) -> None:
    case, other = opened(worker), opened(worker)
    placed(officer, case, days=60, basis="child_protection", scope=["support_file"])
    hold, _ = hold_and_order(worker, officer, case)
    change(officer, case, f"legal-holds/{hold}", status=204, method="DELETE")
    hold_and_order(worker, officer, other, scope=WHOLE)
    with database.transaction() as session:
        session.execute(text("update erasure_requests set erasing_holders = '{support}'"))
        session.execute(text(intake_0070.ANNOUNCED))
    assert [asked_for(officer, each)[0]["erasing_holders"] for each in (case, other)] == [["legal"], []]


@pytest.mark.hazard("H-DEADLINE-15", control="waits-for-erasure")
@pytest.mark.integration
def test_a_case_under_a_hold_says_who_erased_its_part_and_whom_it_waits_for(
    worker: Client, officer: Client, door: RequestPipeline, database: Database
) -> None:
    case, adviser = opened(worker), Client(door, "legal_adviser")
    joins = {"member": str(adviser.subject), "role": "legal_adviser"}
    told(worker.ask("POST", f"/v1/cases/{case}/team", joins), 201)
    hold, which = hold_and_order(worker, officer, case)
    for reader in (worker, adviser, officer):
        [shown] = asked_for(reader, case)
        assert (shown["state"], shown["erasing_holders"], shown["answers"]) == ("held", ["support"], [])
        assert shown["waits_for"] == ["intake", "legal", "partners", "support"]
    answer(database, case, which, "support")
    [shown] = asked_for(adviser, case)
    assert [each["holder"] for each in shown["answers"]] == ["support"]
    assert shown["waits_for"] == ["intake", "legal", "partners"]
    change(officer, case, f"legal-holds/{hold}", status=204, method="DELETE")
    shown = told(officer.ask("GET", f"/v1/erasures/{which}"))
    assert (shown["state"], shown["waits_for"]) == ("ordered", ["intake", "legal", "partners"])


@pytest.mark.hazard("H-DEADLINE-15", control="answers-count-again")
@pytest.mark.integration
@pytest.mark.parametrize("is_held", [True, False])
def test_a_later_request_counts_the_answer_that_a_service_gave_to_an_earlier_one(
    is_held: bool, worker: Client, officer: Client, database: Database
) -> None:
    case = opened(worker)
    hold, earlier = hold_and_order(worker, officer, case, scope=WHOLE)
    answer(database, case, earlier, "support")
    answer(database, case, earlier, "legal")
    assert decide(officer, case, earlier, "lift")["state"] == "lifted"
    # As an earlier release left it: support had to erase its part before the order was lifted.
    with database.transaction() as session:
        session.get_one(ErasureRequest, UUID(earlier)).erasing_holders = ["support"]
    if not is_held:
        change(officer, case, f"legal-holds/{hold}", status=204, method="DELETE")
    which = examined(worker, officer, case)
    decide(officer, case, which, "order")
    shown = told(officer.ask("GET", f"/v1/erasures/{which}"))
    assert [(each["holder"], each["answer"]) for each in shown["answers"]] == [("support", "deleted")]
    assert shown["waits_for"] == ["intake", "legal", "partners"]


@pytest.mark.integration
def test_a_hold_during_a_delayed_erasure_is_announced_and_deletes_nothing_new(
    worker: Client, officer: Client, door: RequestPipeline, database: Database
) -> None:
    case, adviser = opened(worker), Client(door, "legal_adviser")
    told(worker.ask("POST", f"/v1/cases/{case}/team", {"member": str(adviser.subject), "role": "legal_adviser"}), 201)
    hold_and_order(worker, officer, case)
    way = {"channels": ["phone"], "zone": "UTC", "if_another_answers": "ask_for_code_word", "code_word": "fictitious"}
    done(adviser, case, "safe-contact", way, method="PUT")
    placed(officer, case, days=60, basis="court_order")
    one, both = ["criminal_proceedings"], ["court_order", "criminal_proceedings"]
    assert held_events(database) == [(one, ["support"]), (both, ["support"])]
    agreement = told(adviser.ask("GET", f"/v1/cases/{case}/safe-contact/agreement"))["agreement"]
    assert agreement["code_word"] == "fictitious"


@pytest.mark.integration
def test_the_scope_of_a_hold_does_not_name_the_case_file_which_is_always_kept(
    worker: Client, door: RequestPipeline
) -> None:
    case, adviser = opened(worker), Client(door, "legal_adviser")
    told(worker.ask("POST", f"/v1/cases/{case}/team", {"member": str(adviser.subject), "role": "legal_adviser"}), 201)
    body = {"basis": "court_order", "until": "2190-01-01", "scope": ["case_file"]}
    [error] = told(adviser.ask("POST", f"/v1/cases/{case}/legal-holds", body), 422)["errors"]
    assert error["field"].startswith("scope")


@pytest.mark.hazard("H-CONFIDENTIALITY-11", control="hold-has-a-scope")
@pytest.mark.integration
@pytest.mark.parametrize("is_lifted", [True, False])
def test_a_file_that_only_an_ended_hold_needed_is_erased_with_the_end_of_that_hold(
    is_lifted: bool, worker: Client, officer: Client, database: Database
) -> None:
    case = opened(worker)
    placed(officer, case, days=60, basis="child_protection", scope=["support_file"])
    hold, which = hold_and_order(worker, officer, case, days=30)
    since = told(officer.ask("GET", f"/v1/erasures/{which}"))["held_at"]
    if is_lifted:
        change(officer, case, f"legal-holds/{hold}", status=204, method="DELETE")
    else:
        clock: TimeSource = database.provided(TIME_SOURCE)
        with database.transaction() as session:
            clock.move(session, datetime.now(UTC) + timedelta(days=32))
        Timers(database, clock, PARTS.following.emits, PARTS.on_timer).fire_due()
    both = ["child_protection", "criminal_proceedings"]
    assert held_events(database) == [(both, []), (["child_protection"], ["legal"])]
    shown = told(officer.ask("GET", f"/v1/erasures/{which}"))
    assert (shown["state"], shown["held_at"]) == ("held", since)


@pytest.mark.integration
def test_whom_the_hold_needs_goes_on_with_the_case(worker: Client, officer: Client, door: RequestPipeline) -> None:
    case = opened(worker)
    adviser = Client(door, "legal_adviser")
    body = {"member": str(adviser.subject), "role": "legal_adviser"}
    told(worker.ask("POST", f"/v1/cases/{case}/team", body), 201)
    which = examined(worker, officer, case)
    assert adviser.ask("GET", f"/v1/cases/{case}").status_code == 403
    hold = {"basis": "court_order", "until": (datetime.now(UTC).date() + timedelta(days=9)).isoformat()}
    told(officer.ask("POST", f"/v1/cases/{case}/legal-holds", hold), 201)
    assert decide(officer, case, which, "order")["state"] == "held"
    assert [adviser.ask("GET", f"/v1/cases/{case}{each}").status_code for each in ("", "/person")] == [200, 200]
    assert worker.ask("GET", f"/v1/cases/{case}/person").status_code == 403
    assert adviser.ask("GET", f"/v1/cases/{case}/duplicates").status_code == 403
    way = {"channels": ["email"], "unsafe": ["phone", "sms"], "zone": "UTC", "if_another_answers": "hang_up"}
    done(adviser, case, "safe-contact", way, method="PUT")
    ways = told(adviser.ask("GET", f"/v1/cases/{case}/safe-contact"))["safe_contact"]["ways"]
    assert "phone" not in ways, "a way that turned unsafe is put right by who is left"
    assert worker.ask("PUT", f"/v1/cases/{case}/safe-contact", way, If_Match='"1"').status_code == 403


@pytest.mark.hazard("H-CONFIDENTIALITY-10", control="hold-keeps-no-secrets")
@pytest.mark.integration
@pytest.mark.parametrize(
    ("channels", "leaves", "answers", "after"),
    [
        (["phone"], [], "say_agreed_story", ("hang_up", None)),
        (["phone", "letter"], [], "ask_for_code_word", ("hang_up", None)),
        (["letter"], ["letters"], "say_wrong_number", ("say_wrong_number", "fictitious street")),
        (["in_person"], [], "hang_up", ("hang_up", "fictitious street")),
        (None, [], None, (None, None)),
    ],
)
def test_a_hold_keeps_no_story_no_code_word_and_no_address_without_use(
    channels: list[str] | None,
    leaves: list[str],
    answers: str | None,
    after: tuple[str | None, str | None],
    worker: Client,
    officer: Client,
    door: RequestPipeline,
) -> None:
    case, supervisor, adviser = opened(worker), Client(door, "supervisor"), Client(door, "legal_adviser")
    told(supervisor.ask("POST", f"/v1/cases/{case}/break-glass", {"reason": "danger_to_life"}), 201)
    joins = {"member": str(adviser.subject), "role": "legal_adviser"}
    told(worker.ask("POST", f"/v1/cases/{case}/team", joins), 201)
    reach = {"phone": "fictitious", "address": "fictitious street"}
    done(worker, case, "person", {"contact": reach}, method="PUT")
    if channels is not None:
        words = {"story": "a fictitious story", "code_word": "fictitious", "warning": "a fictitious warning"}
        way = {"channels": channels, "leaves": leaves, "zone": "UTC", "if_another_answers": answers, **words}
        done(worker, case, "safe-contact", way, method="PUT")
    hold_and_order(worker, officer, case)
    agreement = told(adviser.ask("GET", f"/v1/cases/{case}/safe-contact/agreement"))["agreement"]
    contact = told(supervisor.ask("GET", f"/v1/cases/{case}/person"))["contact"]
    assert (agreement and agreement["if_another_answers"], contact["address"]) == after
    assert contact["phone"] == "fictitious", "a way that may be agreed to later stays"
    if agreement is not None:
        assert (agreement["story"], agreement["code_word"]) == (None, None)
        assert agreement["warning"] == "a fictitious warning", "it still protects the person"


@pytest.mark.integration
def test_the_month_of_a_request_runs_from_the_day_on_which_the_person_asked(worker: Client, officer: Client) -> None:
    case = opened(worker)
    asked = {"reason": "asked_for_by_the_person", "received_on": "2026-01-31"}
    ahead = {**asked, "received_on": "2190-01-01"}
    assert worker.ask("POST", f"/v1/cases/{case}/erasure-requests", ahead).status_code == 422
    which = told(worker.ask("POST", f"/v1/cases/{case}/erasure-requests", asked), 201)["id"]
    [shown] = told(officer.ask("GET", f"/v1/cases/{case}/erasure-requests"))["erasure_requests"]
    assert (shown["id"], shown["received_on"]) == (which, "2026-01-31")
    waiting = told(officer.ask("GET", "/v1/queues/data-protection"))["entries"]
    due = {each["kind"]: (each["since"], each["due_on"]) for each in waiting if each["case"] == case}
    assert due["erasure_to_examine"] == due["rights_period"] == ("2026-01-31", "2026-02-28")


@pytest.mark.promise("RIGHT-3")
@pytest.mark.integration
def test_a_held_erasure_goes_on_by_itself_once_the_last_hold_is_over(
    worker: Client, officer: Client, database: Database
) -> None:
    case, _, which = held(worker, officer, days=30)
    longer = {"basis": "court_order", "until": (datetime.now(UTC).date() + timedelta(days=60)).isoformat()}
    told(officer.ask("POST", f"/v1/cases/{case}/legal-holds", longer), 201)
    clock: TimeSource = database.provided(TIME_SOURCE)
    for days, state in ((32, "held"), (62, "ordered")):
        with database.transaction() as session:
            clock.move(session, datetime.now(UTC) + timedelta(days=days))
        replicas = [Timers(database, clock, PARTS.following.emits, PARTS.on_timer) for _ in range(2)]
        for each in replicas:
            each.fire_due()
        assert told(officer.ask("GET", f"/v1/erasures/{which}"))["state"] == state
    assert officer.ask("GET", f"/v1/cases/{case}/erasure-requests").status_code == 404
    with database.transaction() as session:
        ordered = session.execute(text("select count(*) from event_log where name = 'erasure.ordered'"))
        assert ordered.scalar_one() == 1
    assert notices_of(officer) == ["erasure_goes_on"]


def answer_all(database: Database, case: str, which: str, **answers: str) -> None:
    """Have every holder answer an order: it deleted its part, or keeps it as `answers` says."""
    with database.transaction(ORIGIN.holding(Origin(PARTS.following.emits))) as session:
        acknowledge(session, Tombstone(UUID(case), UUID(which), "deleted", None))
    for holder in ("legal", "partners", "support"):
        answer(database, case, which, holder, answers.get(holder, "deleted"))


def answer(database: Database, case: str, which: str, holder: str, said: str = "deleted") -> None:
    """Have a holder answer an order: it deleted its part, or keeps a part."""
    data = {"request": which, "answer": said, "basis": "accounting" if said == "kept" else None}
    event = an_event(source=holder, name="erasure.acknowledged", subject=UUID(case), data=data)
    received = PARTS.following.reads.open(event)
    assert received is not None
    with database.transaction(ORIGIN.holding(Origin(PARTS.following.emits))) as session:
        receive_answer(session, received)


@pytest.mark.hazard("H-CONFIDENTIALITY-15", control="lead-receives-the-answer")
@pytest.mark.integration
def test_the_lead_receives_each_answer_after_the_erasure_other_staff_none(
    worker: Client, officer: Client, door: RequestPipeline, database: Database
) -> None:
    case, colleague = opened(worker), Client(door, "caseworker")
    joins = {"member": str(colleague.subject), "role": "caseworker"}
    told(worker.ask("POST", f"/v1/cases/{case}/team", joins), 201)
    hold, which = hold_and_order(colleague, officer, case)
    assert notices_of(worker) == ["erasure_held"]
    change(officer, case, f"legal-holds/{hold}", status=204, method="DELETE")
    answer_all(database, case, which)
    assert notices_of(worker) == ["erasure_complete"]
    assert notices_of(colleague) == []
    [listed] = told(worker.ask("GET", "/v1/erasures"))["erasures"]
    assert (listed["id"], listed["case"], listed["state"]) == (which, case, "complete")
    holders = ["intake", "legal", "partners", "support"]
    assert [(each["holder"], each["answer"]) for each in listed["answers"]] == [(each, "deleted") for each in holders]
    for other in (colleague, officer):
        assert told(other.ask("GET", "/v1/erasures"))["erasures"] == []
    letters = [who.ask("GET", f"/v1/erasures/{which}/letter").status_code for who in (worker, colleague, officer)]
    assert letters == [200, 404, 200]
    assert worker.ask("GET", f"/v1/erasures/{which}").status_code == 403


@pytest.mark.hazard("H-CONFIDENTIALITY-15", control="lead-receives-the-answer")
@pytest.mark.integration
def test_a_lead_whom_the_person_excluded_never_receives_the_answer(
    worker: Client, officer: Client, door: RequestPipeline, database: Database
) -> None:
    case, harmful = opened(worker), Client(door, "caseworker")
    joins = {"member": str(harmful.subject), "role": "caseworker", "lead": True}
    told(worker.ask("POST", f"/v1/cases/{case}/team", joins), 201)
    # As an exclusion that comes from a joined case: it ends access, and the member stays on the team.
    with database.transaction() as session:
        exclusions.keep(session, exclusions.Exclusion(uuid4(), UUID(case), "worker", harmful.subject, None))
    which = examined(worker, officer, case)
    decide(officer, case, which, "order")
    answer_all(database, case, which)
    assert (notices_of(worker), notices_of(harmful)) == (["erasure_complete"], [])
    assert told(harmful.ask("GET", "/v1/erasures"))["erasures"] == []
    assert harmful.ask("GET", f"/v1/erasures/{which}/letter").status_code == 404


@pytest.mark.hazard("H-CONFIDENTIALITY-15", control="lead-receives-the-answer")
@pytest.mark.integration
def test_data_protection_receives_the_answer_if_its_lead_no_longer_works(
    worker: Client, officer: Client, database: Database
) -> None:
    case = opened(worker)
    which = examined(worker, officer, case)
    decide(officer, case, which, "order")
    with database.transaction() as session:
        staff.leave(session, worker.subject)
    answer_all(database, case, which)
    assert notices_of(officer) == ["erasure_complete"]


@pytest.mark.hazard("H-CONFIDENTIALITY-15", control="lead-receives-the-answer")
@pytest.mark.integration
def test_an_earlier_request_has_no_answer_once_the_case_is_erased(
    worker: Client, officer: Client, database: Database
) -> None:
    case = opened(worker)
    earlier = examined(worker, officer, case)
    assert decide(officer, case, earlier, "lift")["state"] == "lifted"
    which = examined(worker, officer, case)
    decide(officer, case, which, "order")
    answer_all(database, case, which)
    assert [each["id"] for each in told(worker.ask("GET", "/v1/erasures"))["erasures"]] == [which]
    assert worker.ask("GET", f"/v1/erasures/{earlier}/letter").status_code == 404


@pytest.mark.hazard("H-CONFIDENTIALITY-15", control="lead-receives-the-answer")
@pytest.mark.integration
@pytest.mark.parametrize(("decision", "more"), [("refuse", {"reason": "person_was_forced"}), ("lift", {})])
def test_the_lead_hears_of_a_request_that_erases_nothing(
    decision: str, more: dict[str, str], worker: Client, officer: Client
) -> None:
    case = opened(worker)
    state = decide(officer, case, examined(worker, officer, case), decision, **more)["state"]
    assert notices_of(worker) == [f"erasure_{state}"]
    assert [each["state"] for each in told(worker.ask("GET", "/v1/erasures"))["erasures"]] == [state]


@pytest.mark.hazard("H-CONFIDENTIALITY-15", control="only-present-leads")
@pytest.mark.integration
def test_who_has_left_the_team_reads_no_answer_while_the_case_exists(
    worker: Client, officer: Client, door: RequestPipeline
) -> None:
    case, heir = opened(worker), Client(door, "caseworker")
    which = examined(worker, officer, case)
    assert decide(officer, case, which, "lift")["state"] == "lifted"
    joins = {"member": str(heir.subject), "role": "caseworker", "lead": True}
    told(worker.ask("POST", f"/v1/cases/{case}/team", joins), 201)

    def reads(client: Client) -> tuple[list[str], int]:
        listed = [each["id"] for each in told(client.ask("GET", "/v1/erasures"))["erasures"]]
        return listed, client.ask("GET", f"/v1/erasures/{which}/letter").status_code

    assert [reads(worker), reads(heir)] == [([which], 200)] * 2
    change(worker, case, f"team/{worker.subject}", status=204, method="DELETE")
    assert (reads(worker), reads(heir)) == (([], 404), ([which], 200))


@pytest.mark.hazard("H-CONFIDENTIALITY-13", control="letter-names-nothing")
@pytest.mark.integration
@pytest.mark.parametrize(
    ("language", "asked", "written"),
    [("ro", None, "ro"), ("nl", None, "nl"), ("en", None, "en"), ("bg", None, "en"), ("bg", "nl", "nl")],
)
def test_the_letter_is_in_the_person_s_language_and_names_no_reason_and_nobody(
    language: str, asked: str | None, written: str, worker: Client, officer: Client
) -> None:
    case = opened(worker, language=language)
    done(worker, case, "person", {"names": [{"kind": "given", "name": "Ruxandra"}]}, method="PUT")
    hold_and_order(worker, officer, case, basis="criminal_proceedings")
    [listed] = told(worker.ask("GET", "/v1/erasures"))["erasures"]
    query = {} if asked is None else {"language": asked}
    reply = worker.ask("GET", f"/v1/erasures/{listed['id']}/letter", query=query, Accept="text/html")
    text = reply.get_data(as_text=True)
    assert (reply.status_code, reply.headers["Content-Language"]) == (200, written)
    texts = catalogue("fields", written).texts
    assert escape(texts["letter/held"]) in text
    assert (datetime.now(UTC).date() + timedelta(days=30)).isoformat() in text
    assert (escape(texts["letter/in_english"]) in text) == (language == "bg" and asked is None)
    named = ("Ruxandra", case, listed["id"], "criminal", "proceeding", str(worker.subject), "Casepath")
    assert [each for each in named if each.lower() in text.lower()] == []


@pytest.mark.integration
def test_the_letter_says_how_far_the_request_is_and_whether_a_part_is_kept(
    worker: Client, officer: Client, database: Database
) -> None:
    case, texts = opened(worker, language="en"), catalogue("fields", "en").texts
    which = examined(worker, officer, case)

    def letter_has(key: str) -> bool:
        sentences = told(officer.ask("GET", f"/v1/erasures/{which}/letter"))["sentences"]
        return texts[f"letter/{key}"] in [each["said"] for each in sentences]

    assert letter_has("requested")
    assert not letter_has("complain")
    assert decide(officer, case, which, "order")["state"] == "ordered"
    assert letter_has("ordered")
    answer_all(database, case, which, legal="kept")
    assert letter_has("complete_but_kept")
    assert letter_has("complain")


@pytest.mark.integration
def test_a_letter_about_a_lifted_hold_says_that_a_part_was_deleted(worker: Client, officer: Client) -> None:
    case, texts = opened(worker, language="en"), catalogue("fields", "en").texts
    _, which = hold_and_order(worker, officer, case, scope=WHOLE)
    assert decide(officer, case, which, "lift")["state"] == "lifted"
    text = worker.ask("GET", f"/v1/erasures/{which}/letter", Accept="text/html").get_data(as_text=True)
    assert escape(texts["letter/lifted_after_hold"]) in text
    assert escape(texts["letter/lifted"]) not in text


#: The answers to a withdrawal, and the sentence of the letter about each.
OF_AGENCIES = {
    "deleted": "agency_deleted",
    "kept": "agency_keeps",
    "partly_kept": "agency_keeps",
    "stopped": "agency_stopped",
    letters.SILENT: "agency_silent",
}


@pytest.mark.hazard("H-AGENCY-7", control="letter-has-the-agencies")
def test_every_answer_of_an_agency_has_a_sentence_in_the_letter() -> None:
    assert OF_AGENCIES.keys() == {*codes("withdrawal_answer"), letters.SILENT}
    for answered, key in OF_AGENCIES.items():
        said = letters.letter(rules.HELD, was_held=True, is_kept=False, until=None, agencies=[answered, answered])
        assert [each for each, _ in said if each.startswith("agency_")] == [key]


@pytest.mark.hazard("H-AGENCY-7", control="letter-has-the-agencies")
@pytest.mark.integration
@pytest.mark.parametrize("language", ["en", "nl", "ro"])
def test_the_letter_under_a_hold_says_what_agencies_answered_to_a_withdrawal(
    language: str, worker: Client, officer: Client
) -> None:
    case, texts = opened(worker, language=language), catalogue("fields", language).texts
    consented(worker, case)
    [consent] = told(worker.ask("GET", f"/v1/cases/{case}"))["consents"]
    path = f"consents/{consent['id']}"
    done(worker, case, f"{path}/withdrawal", {"erase_requested": True})
    _, which = hold_and_order(worker, officer, case)

    def said_of_agencies() -> list[str]:
        sentences = [each["said"] for each in told(worker.ask("GET", f"/v1/erasures/{which}/letter"))["sentences"]]
        return sorted(key for key in {*OF_AGENCIES.values()} if texts[f"letter/{key}"] in sentences)

    assert said_of_agencies() == ["agency_silent"]
    for answered, key in (("partly_kept", "agency_keeps"), ("deleted", "agency_deleted")):
        more = {"basis": "legal_obligation"} if answered == "partly_kept" else {}
        told(worker.ask("POST", f"/v1/cases/{case}/{path}/answers", {"answer": answered, **more}), 201)
        assert said_of_agencies() == [key]


@given(
    st.sampled_from(rules.STATES),
    st.booleans(),
    st.booleans(),
    st.none() | st.dates(),
    st.sets(st.sampled_from(sorted(OF_AGENCIES))),
)
def test_every_sentence_of_a_letter_has_a_text_in_each_language(
    state: str, was_held: bool, is_kept: bool, until: date | None, agencies: set[str]
) -> None:
    said = letters.letter(state, was_held=was_held, is_kept=is_kept, until=until, agencies=agencies)
    for language in LANGUAGES:
        texts = catalogue("fields", language).texts
        sentences = [*said, (letters.IN_ENGLISH, {})]
        assert [key for key, values in sentences if "{" in texts[f"letter/{key}"].format(**values)] == []


def test_what_a_hold_does_not_need_is_named_by_tables_that_there_are() -> None:
    assert set(Case.metadata.tables) >= rules.NOT_NEEDED_FOR_A_HOLD


@pytest.mark.integration
def test_an_erased_case_is_as_unknown_and_its_key_goes_once_the_data_are_gone(
    worker: Client, officer: Client, database: Database, own_keys: Keys
) -> None:

    case, place = opened(worker), Cell("persons", "identity", uuid4())
    sealed = own_keys.seal(UUID(case), place, "Fictitious Person, fictitious")
    which = examined(worker, officer, case)
    assert decide(officer, case, which, "order")["state"] == "ordered"
    for path in ("", "/erasure-requests"):
        gone, unknown = (officer.ask("GET", f"/v1/cases/{each}{path}") for each in (case, uuid4()))
        assert gone.status_code == unknown.status_code == 404
        assert {**json.loads(gone.data), "instance": ""} == {**json.loads(unknown.data), "instance": ""}
    # The process ended here. The next process completes the work.
    assert own_keys.unseal(UUID(case), place, sealed).startswith("Fictitious")
    assert PARTS.erasing is not None
    eraser = Eraser(database, own_keys, PARTS.following.emits, PARTS.erasing)
    assert (eraser.complete_all(), eraser.complete_all()) == (1, 0)
    with pytest.raises(KeyDestroyed):
        own_keys.unseal(UUID(case), place, sealed)
    shown = told(officer.ask("GET", f"/v1/erasures/{which}"))
    assert [each["holder"] for each in shown["answers"]] == ["intake"]
    assert shown["waits_for"] == ["legal", "partners", "support"]
    assert told(officer.ask("GET", "/v1/erasures/overdue"))["erasures"] == []
    [late] = told(officer.ask("GET", "/v1/erasures/overdue", query={"days": "0"}))["erasures"]
    assert (late["case"], late["waits_for"]) == (case, ["legal", "partners", "support"])


@pytest.mark.promise("REL-22")
@pytest.mark.integration
@pytest.mark.parametrize("begun", ["a change of the case", "an event that is taken in"])
def test_what_was_begun_before_an_erasure_is_erased_with_the_rest(
    begun: str, worker: Client, database: Database
) -> None:
    case = UUID(opened(worker))
    changes = begun == "a change of the case"
    with database.transaction() as session:
        cursor.lock(session, "legal")

    def erase_here() -> None:
        with database.transaction() as session:
            erasure.begin(session, case, None, erase)

    other = threading.Thread(target=erase_here)
    with database.transaction() as session:
        if changes:
            lock(session, case)
        else:
            cursor.lock(session, "legal")
        other.start()
        wait_until(lambda: waits_for_a_lock(database), "the erasure waits")
        session.add(HeardAdvice(event_id=uuid4(), case_id=case, phase="before_detection", status="given"))
    other.join()
    with database.transaction() as session:
        assert session.scalars(select(HeardAdvice)).all() == []
        assert session.scalars(select(Case)).all() == []


@pytest.mark.integration
def test_restored_data_of_a_joined_case_are_erased_again_and_other_clocks_run(
    worker: Client, database: Database, own_keys: Keys
) -> None:

    erased, left = with_clocks(worker), with_clocks(worker)
    joined(worker, erased, left)
    with database.transaction() as session:
        of_case = text("select id::text, state from clocks where subject = :case")
        own = {case: dict(session.execute(of_case, {"case": UUID(case)}).all()) for case in (erased, left)}
    assert set(own[left].values()) == {"met", "running"}, "a merge changes no stored period"
    assert shown_clocks(worker, left) & own[erased].keys(), "whoever works on both sees one period of both"
    own_keys.destroy(UUID(erased))
    assert PARTS.erasing is not None
    Eraser(database, own_keys, PARTS.following.emits, PARTS.erasing).compare()
    assert worker.ask("GET", f"/v1/cases/{erased}").status_code == 404
    assert {state for state, _ in clocks_of(worker, left).values()} == {"met", "running"}
    assert shown_clocks(worker, left) == own[left].keys()


def shown_clocks(worker: Client, case: str) -> set[str]:
    return {clock["id"] for clock in told(worker.ask("GET", f"/v1/cases/{case}"))["clocks"]}


@pytest.mark.integration
def test_no_event_of_a_joined_case_leads_to_the_one_that_was_erased(
    worker: Client, officer: Client, database: Database
) -> None:
    erased, left = with_clocks(worker), with_clocks(worker)
    joined(worker, erased, left)
    decide(officer, erased, examined(worker, officer, erased), "order")
    with database.transaction() as session:
        rows = session.execute(text("select subject, name, correlation, cause from event_log order by serial")).all()
    causes = {each.correlation for each in rows if each.name == "erasure.ordered"}
    of_left = [each for each in rows if each.subject == UUID(left)]
    assert causes
    assert of_left
    assert causes.isdisjoint({each.correlation for each in of_left} | {each.cause for each in of_left})
    ordered = next(number for number, each in enumerate(rows) if each.name == "erasure.ordered")
    assert [each.name for each in rows[ordered:] if each in of_left and each.name.startswith("clock.")] == []
