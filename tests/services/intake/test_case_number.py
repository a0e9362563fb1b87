"""The short case number has a check digit for telephone calls, finds only readable cases, and is never published."""

import json
import secrets
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.intake.facts.case.rules import LENGTH, SYMBOLS, heard, new_number, written
from shared.audit.trail import audit_log
from shared.casework.refusals import FactRefused
from shared.exchange.eventlog import event_log
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened


@st.composite
def numbers(draw: st.DrawFn) -> str:
    return new_number(lambda symbols: draw(st.sampled_from(symbols)))


def is_refused(typed: str) -> bool:
    try:
        heard(typed)
    except FactRefused:
        return True
    return False


def test_no_two_symbols_look_alike_and_their_number_is_prime() -> None:
    assert not set("01258BILOSUVZ") & set(SYMBOLS)
    assert len(set(SYMBOLS)) == len(SYMBOLS) == 23


@given(numbers())
def test_a_number_is_read_however_it_is_typed(number: str) -> None:
    assert heard(written(number)) == heard(written(number).lower()) == heard(f" {' '.join(number)} ") == number


@given(numbers(), st.integers(0, LENGTH - 1), st.sampled_from(SYMBOLS))
def test_each_one_wrong_symbol_is_noticed(number: str, place: int, symbol: str) -> None:
    wrong = number[:place] + symbol + number[place + 1 :]
    assert is_refused(wrong) is (wrong != number)


@given(numbers(), st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_each_two_symbols_that_changed_places_are_noticed(number: str, one: int, other: int) -> None:
    symbols = list(number)
    symbols[one], symbols[other] = symbols[other], symbols[one]
    assert is_refused("".join(symbols)) is ("".join(symbols) != number)


@given(st.text(max_size=12))
def test_anything_else_is_refused(typed: str) -> None:
    assert is_refused(typed) or len(heard(typed)) == LENGTH


def test_numbers_are_drawn_by_chance() -> None:
    drawn = {new_number(secrets.choice) for _ in range(200)}
    assert len(drawn) == 200
    assert {number[0] for number in drawn} > set(SYMBOLS[:3])


def look_up(client: Client, number: str) -> Any:
    return client.ask("POST", "/v1/case-numbers/lookup", {"number": number})


@pytest.mark.integration
def test_a_case_is_found_by_its_number_open_and_closed_and_that_is_audited(worker: Client, database: Database) -> None:
    case = opened(worker)
    number = told(worker.ask("GET", f"/v1/cases/{case}"))["number"]
    assert number == told(worker.ask("GET", "/v1/work-list"))["cases"][0]["number"]
    assert told(look_up(worker, number)) == {"case": case, "status": "open"}
    done(worker, case, "closure", {"reason": "moved_on"})
    assert told(look_up(worker, number.replace("-", " ").lower())) == {"case": case, "status": "closed"}
    with database.transaction() as session:
        noted = select(audit_log.c.subject).where(audit_log.c.action == "case_number.look_up")
        assert list(session.scalars(noted)) == [UUID(case)] * 2
        rows = [tuple(row) for table in (event_log, audit_log) for row in session.execute(select(table))]
    stored = json.dumps(rows, default=str)
    assert number not in stored
    assert number.replace("-", "") not in stored


@pytest.mark.integration
def test_a_case_number_that_the_caller_may_not_read_is_answered_as_unknown(
    worker: Client, door: RequestPipeline
) -> None:
    case = opened(worker)
    number = told(worker.ask("GET", f"/v1/cases/{case}"))["number"]
    stranger, excluded = Client(door, "caseworker"), Client(door, "supervisor")
    told(worker.ask("POST", f"/v1/cases/{case}/exclusions", {"kind": "worker", "member": str(excluded.subject)}), 201)

    nothing = {"case": None, "status": None}
    for client in (stranger, excluded):
        assert told(look_up(client, number)) == told(look_up(client, new_number(secrets.choice))) == nothing
    wrong = number[:-1] + next(symbol for symbol in SYMBOLS if symbol != number[-1])
    assert told(look_up(stranger, wrong), 422)["errors"][0]["rule"] == "check_symbol"
    assert wrong not in str(told(look_up(stranger, wrong), 422))
    assert look_up(Client(door, "operator"), number).status_code == 403
