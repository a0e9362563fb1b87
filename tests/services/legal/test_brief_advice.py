"""Brief advice to a person without a name and without a case."""

from collections.abc import Iterator

import pytest

from deploy.cli import servers
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

BRIEF = "/v1/brief-advice"
ADVICE = {
    "phase": "before_detection",
    "status": "given",
    "topics": ["entering_official_mechanism"],
    "funding": "none",
    "language": "vi",
    "interpreter": False,
    "format": "outreach",
}


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as service:
        yield service


def test_advice_to_nobody_known_is_counted_and_announced_to_nobody(legal: Harness) -> None:
    outreach, adviser = legal.staff("outreach_worker"), legal.staff("legal_adviser")
    said = len(legal.announced())
    first = outreach.told("POST", BRIEF, {**ADVICE, "given_on": "2026-03-02"}, 201)["id"]
    second = adviser.told("POST", BRIEF, {**ADVICE, "status": "could_not_wait"}, 201)["id"]
    page = adviser.told("GET", BRIEF)
    assert [row["id"] for row in page["brief_advice"]] == [second, first]
    assert page["brief_advice"][1]["given_on"] == "2026-03-02"
    assert len(legal.announced()) == said


def test_it_has_no_room_for_a_name_a_case_or_words_and_no_future_day(legal: Harness) -> None:
    adviser = legal.staff("legal_adviser")
    for more in ({"case": "7d9c0f3e-0000-4000-8000-000000000001"}, {"name": "Fictitious"}, {"text": "Fictitious"}):
        assert adviser.ask("POST", BRIEF, {**ADVICE, **more}).status_code == 422
    assert adviser.ask("POST", BRIEF, {**ADVICE, "given_on": "2099-01-01"}).status_code == 422


def test_it_is_read_page_by_page_and_by_nobody_who_has_no_part_in_advice(legal: Harness) -> None:
    adviser = legal.staff("legal_adviser")
    ids = [adviser.told("POST", BRIEF, ADVICE, 201)["id"] for _ in range(3)]
    page = adviser.told("GET", f"{BRIEF}?limit=2")
    rest = adviser.told("GET", f"{BRIEF}?limit=2&after={page['next']}")
    assert [row["id"] for row in (*page["brief_advice"], *rest["brief_advice"])] == ids[::-1]
    for role in ("counsellor", "support_worker", "statistician"):
        assert legal.staff(role).ask("GET", BRIEF).status_code == 403
