"""Agency reports reveal nothing about other agencies, refusals are short, and every agency has a rate limit."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests

from deploy.cli.servers import PostgresServer
from services.partners.channels.report.schemas import MOST_REPORTS
from shared.http.rates import Rates
from tests.kit.agency_keys import make, registered, with_key
from tests.kit.client import edge_of
from tests.kit.harness import harness
from tests.kit.reporting import REFERRAL
from tests.security.town import Person, Town, seen

pytestmark = [pytest.mark.security, pytest.mark.integration]

REPORTS = "/v1/agency/reports"
BATCHES = "/v1/agency/report-batches"
#: About one page: the maximum size of a refusal, for a body of any length.
LONGEST_REFUSAL = 8_000
#: Report kinds with a reference (`about`) to a record of the agency, and their other fields.
ABOUT = {
    "referral_answer": {"step": "accept"},
    "withdrawal_answer": {"answer": "deleted"},
    "service_progress": {"service_type": "counselling", "progress": "started"},
    "referral_addition": {"language": "ro"},
}


@dataclass
class Reporter:
    """An agency with a valid agreement, and a key that may report."""

    town: Town
    id: str
    key: str

    def ask(self, method: str, path: str, body: Any = None) -> requests.Response:
        return self.town.ask("partners", method, path, body, self.key)

    def report(self, **fields: Any) -> requests.Response:
        return self.ask("POST", REPORTS, {"id": str(uuid4()), **fields})


@pytest.fixture(scope="module")
def reporters(town: Town) -> list[Reporter]:
    operator, officer = town.site.targets.token(["operator"], str(uuid4()), 3600), Person(town).token
    return [_reporter(town, operator, officer) for _ in range(2)]


def _reporter(town: Town, operator: str, officer: str) -> Reporter:
    def done(method: str, path: str, body: Any, by: str = operator, **headers: str) -> requests.Response:
        answer = town.ask("partners", method, f"/v1/agencies{path}", body, by, **headers)
        assert answer.ok, answer.text
        return answer

    entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
    agency = done("POST", "", entry).json()["id"]
    today = date.today()  # noqa: DTZ011 - the town's clock is the real one
    agreed = {
        "purposes": ["referral_for_support"],
        "data_categories": ["account"],
        "jurisdictions": ["NL"],
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=300)).isoformat(),
        "reference": "Fictitious binder 7",
    }
    path = f"/{agency}/agreements/{done('POST', f'/{agency}/agreements', agreed).json()['id']}"
    read_as = done("GET", path, None, officer).headers["ETag"]
    done("POST", f"{path}/confirmation", None, officer, **{"If-Match": read_as})
    asked = {"purpose": "testing", "scopes": ["reporting"]}
    return Reporter(town, agency, done("POST", f"/{agency}/keys", asked).json()["key"])


@pytest.mark.promise("SEC-48")
def test_another_agency_s_report_looks_like_none(reporters: list[Reporter]) -> None:
    own, other = reporters
    made = own.report(**REFERRAL)
    assert made.status_code == 201
    theirs = made.json()["id"]
    assert own.ask("GET", f"{REPORTS}/{theirs}").ok
    unknown = str(uuid4())
    assert looks(other.ask("GET", f"{REPORTS}/{theirs}")) == looks(other.ask("GET", f"{REPORTS}/{unknown}"))
    assert other.ask("GET", REPORTS).json() == {"reports": [], "next": None}
    elsewhere = [other.ask("GET", f"{REPORTS}?after={name}") for name in (theirs, unknown)]
    assert looks(elsewhere[0]) == looks(elsewhere[1])
    # The other agency may use the same id: ids that agencies choose do not collide.
    assert other.ask("POST", REPORTS, {**REFERRAL, "id": theirs}).status_code == 201


@pytest.mark.promise("SEC-48")
@pytest.mark.parametrize("kind", ABOUT)
def test_what_is_another_agency_s_or_a_case_or_nothing_is_refused_in_the_same_words(
    town: Town, reporters: list[Reporter], kind: str
) -> None:
    own, other = reporters
    theirs = own.report(**REFERRAL).json()["id"]
    person = Person(town)
    person.open_case()
    names = [theirs, person.case, own.id, str(uuid4())]
    answers = [other.report(kind=kind, about=name, **ABOUT[kind]) for name in names]
    assert {answer.status_code for answer in answers} == {422}
    assert all(looks(answer) == looks(answers[0]) for answer in answers)
    several = {"reports": [{"id": str(uuid4()), "kind": kind, "about": name, **ABOUT[kind]} for name in names]}
    rows = other.ask("POST", BATCHES, several).json()["reports"]
    assert len({json.dumps({**row, "id": "", "number": 0}) for row in rows}) == 1
    for name in names:
        assert name not in "".join(answer.text for answer in answers) + json.dumps(rows)


def looks(answer: requests.Response) -> tuple[int, str, list[tuple[str, str]]]:
    """Return all that a caller sees, except the remaining rate limit."""
    status, text, headers = seen(answer)
    return status, text, [header for header in headers if not header[0].startswith("RateLimit")]


@pytest.mark.promise("SEC-48")
def test_too_many_reports_are_refused_in_a_few_words(reporters: list[Reporter]) -> None:
    own, _other = reporters
    for wrong in (
        {"reports": [{"id": str(uuid4()), **REFERRAL} for _ in range(MOST_REPORTS + 1)]},
        {"reports": [{str(number): number for number in range(40)}] * MOST_REPORTS},
        {"reports": [{"id": str(uuid4()), "kind": "referral", "service_types": ["legal_advice"] * 2_000}]},
        {str(number): number for number in range(5_000)},
    ):
        answer = own.ask("POST", BATCHES, wrong)
        assert answer.status_code in (413, 422)
        assert len(answer.content) < LONGEST_REFUSAL


def test_nothing_of_what_was_sent_is_said_again_in_a_refusal(reporters: list[Reporter]) -> None:
    own, _other = reporters
    marker = "QzxvReported"
    wrong = {"id": str(uuid4()), "kind": marker, "about": marker, "happened": marker}
    for answer in (
        own.ask("POST", REPORTS, wrong),
        own.ask("POST", REPORTS, {**wrong, "id": marker}),
        own.ask("POST", BATCHES, {"reports": [wrong]}),
        own.ask("GET", f"{REPORTS}/{marker}"),
        own.ask("GET", f"{REPORTS}?after={marker}"),
    ):
        assert answer.status_code >= 400 or answer.json()["reports"][0]["status"] == "refused"
        assert marker not in answer.text


@pytest.mark.promise("SEC-48")
@pytest.mark.parametrize("path", [REPORTS, BATCHES, f"{REPORTS}/{UUID(int=1)}", "/v1/feed", "/v1/agency/renamed"])
def test_each_route_of_agencies_has_the_agency_s_limit(postgres: PostgresServer, path: str) -> None:
    """The limit applies to requests of any status, and across all keys of the agency."""
    with harness("partners", postgres) as partners:
        operator = partners.staff("operator")
        agency = registered(operator)
        keys = [make(operator, agency, scopes=scopes)["key"] for scopes in (["reading"], ["reporting"])]
        limited = replace(partners, door=edge_of(partners.database, partners.parts, rates=Rates(agency="3/60")))
        method = "POST" if path == BATCHES else "GET"
        ask: Callable[[str], int] = lambda key: int(with_key(limited, key).ask(method, path).status_code)  # noqa: E731
        statuses = [ask(keys[turn % 2]) for turn in range(4)]
    assert 429 not in statuses[:3]
    assert statuses[3] == 429
