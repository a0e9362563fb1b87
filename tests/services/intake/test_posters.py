"""Posters of outreach sessions at intake: the code of a session, the counting of a scan, and the visible counts."""

from collections.abc import Callable
from random import Random
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.intake.path.outreach.rules import LENGTH, LETTERS, SMALLEST, STEP, new_code, shown
from shared.access.visitors import header
from shared.http import RequestPipeline
from shared.http.rates import Rates
from shared.reference.words import PUBLIC_LANGUAGES
from shared.store.database import Database
from tests.kit.client import Client, edge_of, told
from tests.kit.staff import register

SECRET = "s" * 40
HELD = {
    "held_on": "2026-03-02",
    "region": "NL-ZH",
    "setting": "workplace",
    "languages": ["bg"],
    "topics": ["rights_at_work"],
    "reached": 40,
    "spoke_with": 20,
    "contacts": 5,
}
SCANS = "/v1/poster-scans"
Scan = Callable[..., int]


@given(st.integers())
def test_a_code_has_letters_that_cannot_be_confused(seed: int) -> None:
    code = new_code(Random(seed).choice)
    assert len(code) == LENGTH
    assert set(code) <= set(LETTERS)
    assert set(LETTERS).isdisjoint("0OILU")


@pytest.mark.hazard("H-PUBLIC-9", control="small-scan-counts-hidden")
@given(st.dictionaries(st.sampled_from(PUBLIC_LANGUAGES), st.integers(0, 200)))
def test_no_small_count_is_shown_and_no_row_says_that_there_was_a_scan(scans: dict[str, int]) -> None:
    rows = shown(scans, PUBLIC_LANGUAGES)
    assert [row["language"] for row in rows] == list(PUBLIC_LANGUAGES)
    for row in rows:
        true, told_ = scans.get(str(row["language"]), 0), row["scans"]
        assert (told_ is None) == (true < SMALLEST)
        assert told_ is None or (isinstance(told_, int) and 0 <= true - told_ < STEP and told_ % STEP == 0)


@pytest.mark.hazard("H-PUBLIC-9", control="small-scan-counts-hidden")
@given(st.integers(0, 200))
def test_most_single_scans_change_nothing_that_is_shown(count: int) -> None:
    before, after = shown({"vi": count}, ["vi"]), shown({"vi": count + 1}, ["vi"])
    assert before == after or (count + 1) % STEP == 0 or count + 1 == SMALLEST


@pytest.fixture
def outreach_worker(door: RequestPipeline) -> Client:
    return Client(door, "outreach_worker")


@pytest.fixture
def session(outreach_worker: Client) -> str:
    return str(told(outreach_worker.ask("POST", "/v1/outreach-sessions", HELD), 201)["id"])


def code_of(client: Client, session: str, status: int = 200) -> str:
    return str(told(client.ask("POST", f"/v1/outreach-sessions/{session}/poster-code"), status).get("code"))


def counts(client: Client, session: str) -> dict[str, int | None]:
    report = told(client.ask("GET", f"/v1/outreach-sessions/{session}/poster-scans"))
    return {row["language"]: row["scans"] for row in report["languages"]}


@pytest.fixture
def scan(database: Database) -> Scan:
    """Scan a poster from some network, as the public pages report it; each network has three scans an hour."""
    door = edge_of(database, rates=Rates(public_secret=SECRET, scans="3/3600"))
    site = Client(door, token="none")

    def scanned(code: str, language: str = "vi", network: str = "192.0.2.7") -> int:
        body = {"code": code, "language": language}
        return site.ask("POST", SCANS, body, Casepath_Visitor=header(SECRET, network)).status_code

    return scanned


@pytest.mark.integration
def test_a_session_has_one_code_that_says_nothing_of_it(outreach_worker: Client, session: str) -> None:
    code = code_of(outreach_worker, session)
    assert code == code_of(outreach_worker, session)
    other = told(outreach_worker.ask("POST", "/v1/outreach-sessions", HELD), 201)["id"]
    assert code_of(outreach_worker, other) != code
    assert len(code) == LENGTH
    assert code_of(outreach_worker, str(uuid4()), 404) == "None"


@pytest.mark.integration
@pytest.mark.hazard("H-PUBLIC-9", control="scans-without-visitor")
def test_scans_are_counted_by_session_and_language_and_nothing_else_is_stored(
    outreach_worker: Client, session: str, scan: Scan, database: Database
) -> None:
    code = code_of(outreach_worker, session)
    for number in range(25):
        assert scan(code, "vi", f"192.0.{number}.7") == 204
        assert scan(code, "ar", f"192.0.{number}.7") == 204 if number < 3 else True
    assert counts(outreach_worker, session) == {**dict.fromkeys(PUBLIC_LANGUAGES), "vi": 20}
    with database.transaction() as reading:
        rows = reading.execute(text("select * from poster_scans order by scans")).mappings().all()
    assert [{**row, "session": str(row["session"])} for row in rows] == [
        {"session": session, "language": "ar", "scans": 3},
        {"session": session, "language": "vi", "scans": 25},
    ]


@pytest.mark.integration
@pytest.mark.hazard("H-PUBLIC-5", control="visitor-is-proved")
def test_a_network_counts_within_its_rate_and_takes_nothing_from_others(
    outreach_worker: Client, session: str, scan: Scan, database: Database
) -> None:
    code = code_of(outreach_worker, session)
    assert [scan(code) for _ in range(5)] == [204, 204, 204, 429, 429]
    assert scan(code, network="198.51.100.7") == 204
    with database.transaction() as reading:
        assert reading.execute(text("select sum(scans) from poster_scans")).scalar_one() == 4


@pytest.mark.integration
def test_an_unknown_code_is_answered_alike_and_counts_nothing(
    outreach_worker: Client, session: str, scan: Scan, database: Database
) -> None:
    code_of(outreach_worker, session)
    assert scan("1" * LENGTH) == 204
    assert scan("<script>") == 204
    assert scan("1" * 65) == 422
    assert scan("1" * LENGTH, "xx", "198.51.100.9") == 422
    with database.transaction() as reading:
        assert reading.execute(text("select count(*) from poster_scans")).scalar_one() == 0


@pytest.mark.integration
def test_another_agency_gets_neither_the_code_nor_the_counts(door: RequestPipeline, session: str) -> None:
    stranger = Client(door, "outreach_worker")
    register(door.database, stranger.subject, agency=uuid4())
    assert code_of(stranger, session, 404) == "None"
    assert stranger.ask("GET", f"/v1/outreach-sessions/{session}/poster-scans").status_code == 404
