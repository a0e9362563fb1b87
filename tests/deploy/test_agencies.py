"""The `agencies` commands; the register is a small real HTTP server that answers as partners does."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.cli.__main__ import casepath
from tests.kit.stand_in import StandIn

HEADING = "key,name,type,country,regions,languages,services,takes_referrals,contact"
ROW = "u{0},Fictitious {0},NGO,NL,NL-ZH;NL-NH,nl,legal_advice,yes,Fictitious desk {0}"


class Register:
    """The register at partners: stores what was sent by id, rejects types that are in no list, and counts versions."""

    def __init__(self) -> None:
        self.agencies: dict[str, dict[str, Any]] = {}
        self.breaks_off_after = 10_000

    def answer(self, service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        assert service == "partners"
        agency = path.removeprefix("/v1/agencies").strip("/").partition("/")[0].partition("?")[0]
        if method == "POST" and not agency:
            return self._register(body)
        if method == "PATCH":
            self.agencies[agency].update(body)
            return 200, {"id": agency}
        if path.endswith(("/suspension", "/ending")):
            return 200, {"id": agency}
        if agency:
            return (200, self.agencies[agency]) if agency in self.agencies else (404, {"title": "Not found"})
        return 200, {"agencies": [{"state": "active", **each} for each in self.agencies.values()], "next": None}

    def _register(self, body: dict[str, Any]) -> tuple[int, Any]:
        if len(self.agencies) >= self.breaks_off_after:
            return 503, {"title": "Away"}
        if body["type"] == "Pirate":
            errors = [{"field": "type", "message": "is not a value of the list org_type"}]
            return 422, {"title": "Check the fields", "errors": errors}
        agency = body.setdefault("id", "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57")
        if agency in self.agencies:
            return 409, {"title": "Not possible now"}
        self.agencies[agency] = body
        return 201, {"id": agency}


@pytest.fixture
def register(services: StandIn, monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda _urls: services.targets)
    found = Register()
    services.answer = found.answer
    return found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, ["agencies", *arguments])


def sheet(file: Path, *rows: str, heading: str = HEADING) -> Path:
    file.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8-sig")
    return file


def test_a_sheet_comes_into_the_register_and_what_is_refused_into_a_sheet_of_its_own(
    register: Register, tmp_path: Path
) -> None:
    file = sheet(
        tmp_path / "a.csv", ROW.format(1), "u2,Black Pearl,Pirate,NL,,,,yes,", "u3,,NGO,NL,,,,yes,", ROW.format(4)
    )
    done = run("load", str(file), "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {
        "added": 2,
        "changed": 0,
        "same": 0,
        "refused": 2,
        "rejects": str(tmp_path / "a.rejects.csv"),
    }
    first = next(iter(register.agencies.values()))
    assert (first["regions"], first["takes_referrals"]) == (["NL-ZH", "NL-NH"], True)
    with (tmp_path / "a.rejects.csv").open(encoding="utf-8") as text:
        refused = list(csv.DictReader(text))
    assert [each["key"] for each in refused] == ["u2", "u3"]
    assert all(name in each["reason"] for name, each in zip(("type", "name"), refused, strict=True))
    assert (tmp_path / "a.rejects.csv").stat().st_mode & 0o077 == 0


def test_an_interrupted_import_of_1000_agencies_continues_without_duplicates(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.cli.agencies.PATIENCE_SECONDS", 0.0)
    file = sheet(tmp_path / "a.csv", *(ROW.format(number) for number in range(1000)))
    register.breaks_off_after = 400
    assert run("load", str(file)).exit_code == 1
    assert len(register.agencies) == 400
    register.breaks_off_after = 10_000
    done = run("load", str(file), "--json")
    assert (done.exit_code, json.loads(done.stdout)["added"], json.loads(done.stdout)["same"]) == (0, 600, 400)
    ids = set(register.agencies)
    assert json.loads(run("load", str(file), "--json").stdout)["same"] == 1000
    assert set(register.agencies) == ids


def test_a_row_that_is_another_since_changes_its_agency(register: Register, tmp_path: Path, services: StandIn) -> None:
    services.headers = {"ETag": '"3"'}
    run("load", str(sheet(tmp_path / "a.csv", ROW.format(1))))
    done = run("load", str(sheet(tmp_path / "a.csv", ROW.format(1).replace("NL-ZH;NL-NH", "NL-UT"))), "--json")
    assert json.loads(done.stdout)["changed"] == 1
    [(body, headers)] = [(each[3], each[4]) for each in services.requests if each[1] == "PATCH"]
    assert (body, headers["If-Match"]) == ({"regions": ["NL-UT"]}, '"3"')


def test_a_sheet_without_keys_goes_by_country_and_name_and_by_semicolons(register: Register, tmp_path: Path) -> None:
    heading = "name;type;country;regions"
    for name in ("Fictitious Aid", "fictitious  aid"):
        run("load", str(sheet(tmp_path / "a.csv", f'{name};NGO;GB;"GB-ENG;GB-WLS"', heading=heading)))
    [agency] = register.agencies.values()
    assert agency["regions"] == ["GB-ENG", "GB-WLS"]


@pytest.mark.parametrize("heading", ["name,type", "name,type,country,secret"])
def test_a_sheet_with_other_columns_is_refused_before_anything_is_sent(
    register: Register, tmp_path: Path, services: StandIn, heading: str
) -> None:
    done = run("load", str(sheet(tmp_path / "a.csv", "x,NGO,NL,y", heading=heading)))
    assert done.exit_code == 2
    assert done.stderr
    assert services.requests == []


def test_a_column_that_a_sheet_has_not_leaves_what_the_register_says(
    register: Register, tmp_path: Path, services: StandIn
) -> None:
    services.headers = {"ETag": '"3"'}
    run("load", str(sheet(tmp_path / "a.csv", ROW.format(1))))
    short = sheet(tmp_path / "b.csv", "u1,Fictitious One,NGO,NL", "u2,Black Pearl,Pirate,NL", heading=HEADING[:21])
    assert run("load", str(short)).exit_code == 1
    [changed] = [each[3] for each in services.requests if each[1] == "PATCH"]
    assert changed == {"name": "Fictitious One"}
    again = (tmp_path / "b.rejects.csv").read_text(encoding="utf-8")
    assert again.startswith("key,name,type,country,reason")


def test_a_row_with_a_cell_too_many_is_cut_off_nowhere(register: Register, tmp_path: Path, services: StandIn) -> None:
    done = run("load", str(sheet(tmp_path / "a.csv", ROW.format(1), f"{ROW.format(2)}, first floor")))
    assert done.exit_code == 2
    assert re.search(r"\b3\b", done.stderr), "the line is named"
    assert "floor" not in done.output
    assert services.requests == []


def test_refused_rows_overwrite_no_sheet(register: Register, tmp_path: Path, services: StandIn) -> None:
    file = sheet(tmp_path / "a.csv", ROW.format(1))
    before = file.read_bytes()
    assert run("load", str(file), "--rejects", str(file)).exit_code == 2
    assert (file.read_bytes(), services.requests) == (before, [])


def test_agencies_are_listed_shown_added_suspended_and_ended(register: Register, services: StandIn) -> None:
    added = run("add", "--name", "Fictitious Union", "--type", "TradeUnion", "--country", "RO", "--language", "ro")
    assert added.exit_code == 0, added.output
    [agency] = register.agencies
    assert "Fictitious Union" in run("list", "--country", "RO", "--for", "legal_advice").stdout
    assert "country=RO" in services.requests[-1][2]
    assert "service=legal_advice" in services.requests[-1][2]
    assert "TradeUnion" in run("show", agency).stdout
    assert run("suspend", agency, "--reason", "no_capacity").exit_code == 0
    assert run("end", agency, "--reason", "closed_down").exit_code == 0
    assert [each[3] for each in services.requests[-2:]] == [{"reason": "no_capacity"}, {"reason": "closed_down"}]
    assert run("show", "0199f0c2-7d5e-7c3a-9b1e-000000000000").exit_code == 1
