"""The commands `audit verify` and `audit case`; the services are a small real HTTP server."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from deploy.cli.__main__ import casepath
from deploy.cli.installation import SERVICES
from shared.access import tokens
from shared.audit import hash_chain
from tests.kit.stand_in import StandIn

CASE = "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57"
BEGAN = datetime(2026, 5, 20, 10, tzinfo=UTC)


def row(number: int, **different: Any) -> dict[str, Any]:
    return {
        "number": number,
        "at": BEGAN + timedelta(seconds=number),
        "actor": CASE,
        "roles": "caseworker",
        "action": "case.read",
        "subject": CASE,
        "status": 200,
        "correlation": CASE,
        **different,
    }


class House:
    """Three services, each with a chained audit log of three rows and one checkpoint."""

    def __init__(self) -> None:
        self.keys = {name: tokens.new_key(tokens.service_issuer(name)) for name in SERVICES}
        self.links: dict[str, list[dict[str, Any]]] = {name: chain() for name in self.keys}
        self.signed = {name: self._sign(name, self.links[name][-1]) for name in self.keys}
        self.slipped_in: dict[str, list[int]] = {name: [] for name in self.keys}

    def _sign(self, service: str, last: dict[str, Any]) -> list[str]:
        said = {"service": service, "place": last["place"], "hash": last["hash"], "at": 0}
        return [tokens.sign(self.keys[service], said, kind=hash_chain.STATEMENT)]

    def answer(self, service: str, _method: str, path: str, _body: Any) -> tuple[int, Any]:
        asked = urlsplit(path)
        if asked.path == "/v1/audit/checkpoints":
            said = {"checkpoints": self.signed[service], "unchained": 1, "slipped_in": self.slipped_in[service]}
            return 200, said
        if asked.path == "/v1/audit/chain":
            # Two rows per page, so that clients must request further pages.
            after = int(parse_qs(asked.query).get("after", ["0"])[0])
            page = [each for each in self.links[service] if each["place"] > after][:2]
            return 200, {"links": page, "next": str(page[-1]["place"]) if len(page) == 2 else None}
        assert asked.path == "/v1/audit"
        return 200, {"rows": [{**each["row"]} for each in self.links[service]], "next": None}


def chain() -> list[dict[str, Any]]:
    before, links = hash_chain.BEGINNING, []
    for number in (1, 2, 3):
        before = hash_chain.link(before, row(number))
        shown = {**row(number), "at": row(number)["at"].isoformat()}
        links.append({"place": number, "hash": before.hex(), "number": number, "row": shown})
    return links


@pytest.fixture
def house(services: StandIn, monkeypatch: pytest.MonkeyPatch) -> House:
    found = House()
    services.answer = found.answer
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda *_: services.targets)
    monkeypatch.setenv("CASEPATH_TOKEN", services.targets.token(["data_protection_officer"], CASE))
    keys = json.dumps(tokens.public_set(found.keys.values()))
    monkeypatch.setattr("deploy.cli.audit.find_key_set", lambda: keys)
    return found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, ["audit", *arguments])


def test_logs_that_are_whole_are_said_to_be(house: House) -> None:
    result = run("verify")
    assert result.exit_code == 0, result.output
    services = json.loads(run("verify", "--json").stdout)["services"]
    assert [each["faults"] for each in services.values()] == [[]] * len(services)


@pytest.mark.promise("SEC-18")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda links: links[1]["row"].update(status=404), r"legal: .*\b2\b"),
        (lambda links: links[1].update(row=None), r"legal: .*\b2\b"),
        (lambda links: links.pop(1), r"legal: .*\b2\b"),
        (lambda links: links.pop(2), r"legal: .*\b3\b"),
    ],
)
def test_what_was_tampered_with_is_named(house: House, change: Any, told: str) -> None:
    change(house.links["legal"])
    result = run("verify")
    assert result.exit_code == 1
    assert re.search(told, result.output)
    assert "intake:" not in result.output


def test_rows_of_people_who_excluded_the_officer_are_counted_and_verified_by_hash(house: House) -> None:
    house.links["legal"][1].update(row=None, excluded=True)
    result = run("verify", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["services"]["legal"] == {
        "rows": 3,
        "withheld": 1,
        "signed": 1,
        "unchained": 1,
        "compared": 0,
        "faults": [],
        "restores": [],
        "restored": [],
    }
    # The rows after it are still checked.
    house.links["legal"][2]["row"].update(status=404)
    assert re.search(r"legal: .*\b3\b", run("verify").output)


@pytest.mark.promise("SEC-18")
def test_a_row_that_was_slipped_in_is_named(house: House) -> None:
    house.slipped_in["legal"] = [2]
    result = run("verify")
    assert result.exit_code == 1
    assert re.search(r"legal: .*\b2\b", result.output)
    assert "intake:" not in result.output


def test_a_chain_that_was_made_anew_contradicts_its_checkpoint(house: House) -> None:
    before = hash_chain.BEGINNING
    for each in house.links["legal"]:
        each["row"]["actor"] = "0199f0c2-7d5e-7c3a-9b1e-000000000000"
        before = hash_chain.link(before, {**each["row"], "at": datetime.fromisoformat(each["row"]["at"])})
        each["hash"] = before.hex()
    result = run("verify", "--service", "legal")
    assert result.exit_code == 1
    assert re.search(r"legal: .*\b3\b", result.output)


def test_a_checkpoint_of_another_key_counts_for_nothing(house: House) -> None:
    house.signed["legal"] = house.signed["intake"]
    result = run("verify")
    assert result.exit_code == 1
    assert re.search(r"legal: .*\b1\b", result.output)


def test_what_is_signed_while_the_chain_is_read_is_no_fault(house: House, services: StandIn) -> None:
    verify = run("verify", "--service", "legal")
    asked = [urlsplit(path).path for service, _, path, _, _ in services.requests if service == "legal"]
    assert verify.exit_code == 0
    assert asked.index("/v1/audit/checkpoints") < asked.index("/v1/audit/chain")


def test_who_saw_a_case_is_told_from_every_service(house: House) -> None:
    result = run("case", CASE, "--json")
    assert result.exit_code == 0
    rows = json.loads(result.stdout)["rows"]
    assert len(rows) == 3 * len(SERVICES)
    assert {each["service"] for each in rows} == set(SERVICES)
