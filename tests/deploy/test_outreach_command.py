"""The `outreach` commands: requests to intake, output, and refusals. Intake is a small real server."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.cli.__main__ import casepath
from tests.kit import qr_codes
from tests.kit.public import document
from tests.kit.stand_in import StandIn

SESSION = "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57"
MEMBER = "0199f0c2-8a11-7f20-8c55-1d9b3e7a6c02"
AGENCY = "75eaa3e1-0d1b-5f24-b7c5-6f7aee6d2a49"
CODE, SITE = "K7PQ2X9M", "https://info.example.org"
HELD = {"id": SESSION, "agency": AGENCY, "held_on": "2026-11-28", "region": "NL-ZH", "setting": "workplace"}


@pytest.fixture
def asked(services: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> StandIn:
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda: services.targets)
    own_token = tmp_path / "own-token"
    own_token.write_text(services.targets.token(["outreach_worker"], MEMBER), encoding="utf-8")
    monkeypatch.setenv("CASEPATH_TOKEN_FILE", str(own_token))
    services.answer = answers()
    return services


def answers(**different: Any) -> Any:
    def answer(_service: str, _method: str, path: str, _body: Any) -> tuple[int, Any]:
        place, _, query = path.partition("?")
        if place == "/v1/self-check":
            return 200, document(query.removeprefix("language="))
        of_session = {
            "/v1/outreach-sessions": {"sessions": [HELD], "next": None},
            f"/v1/outreach-sessions/{SESSION}": {**HELD, **different},
            f"/v1/outreach-sessions/{SESSION}/poster-code": {"code": CODE},
            f"/v1/outreach-sessions/{SESSION}/poster-scans": {
                "languages": [{"language": "vi", "scans": 20}, {"language": "ar", "scans": None}],
                "smallest_shown": 11,
            },
        }
        return (200, of_session[place]) if place in of_session else (404, {"title": "Not found"})

    return answer


def run(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, ["outreach", *arguments])


def drawn(out: Path, *more: str) -> Result:
    return run("poster", SESSION, "--out", str(out), "--site", SITE, *more)


@pytest.mark.parametrize("size", [[], ["--card"]])
@pytest.mark.parametrize("ending", ["svg", "pdf"])
def test_a_drawing_leads_to_the_pages_in_its_language_and_names_no_session(
    asked: StandIn, tmp_path: Path, ending: str, size: list[str]
) -> None:
    out = tmp_path / f"drawn.{ending}"
    assert drawn(out, "--language", "vi", *size).exit_code == 0
    file = out.read_bytes()
    assert (qr_codes.in_svg if ending == "svg" else qr_codes.in_pdf)(file) == f"{SITE}/vi/o/{CODE}"
    assert [each for each in (*HELD.values(), MEMBER, CODE) if each.encode() in file] == []
    bearers = {headers["Authorization"] for *_, headers in asked.requests}
    assert {asked.verifier.verify(bearer).subject for bearer in bearers} == {MEMBER}


@pytest.mark.parametrize(
    "site",
    [
        "info.example.org",
        "https://info.example.org/vi/",
        "https://info.example.org/?who=1",
        "https://a@example.org",
        "http://info.example.org",
        "ftp://127.0.0.1",
        "",
    ],
)
def test_an_address_that_is_more_than_a_host_or_not_encrypted_is_not_printed(
    asked: StandIn, tmp_path: Path, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.cli.outreach.address_here", lambda _installation: "")
    out = tmp_path / "poster.pdf"
    refused = run("poster", SESSION, "--language", "vi", "--out", str(out), "--site", site)
    assert (refused.exit_code, out.exists(), asked.requests) == (2, False, [])


def test_an_address_of_this_machine_is_printed_for_training_only(
    asked: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "poster.svg"
    asks = ("poster", SESSION, "--language", "vi", "--out", str(out), "--site", "http://127.0.0.1:8108")
    assert (run(*asks).exit_code, out.exists()) == (0, True)
    out.unlink()
    monkeypatch.setattr("deploy.cli.outreach.environment_in_force", lambda _installation: "production")
    assert (run(*asks).exit_code, out.exists()) == (2, False)


def test_sessions_are_listed_with_the_ids_that_posters_are_drawn_by(asked: StandIn) -> None:
    shown = run("sessions")
    assert shown.exit_code == 0
    assert SESSION in shown.stdout
    assert f'"id": "{SESSION}"' in run("sessions", "--json").stdout


def test_help_numbers_of_a_place_that_is_not_known_are_asked_for(asked: StandIn, tmp_path: Path) -> None:
    asked.answer = answers(region="GB-MAN")
    out = tmp_path / "poster.svg"
    assert drawn(out, "--language", "en").exit_code == 2
    assert not out.exists()
    assert drawn(out, "--language", "en", "--jurisdiction", "GB-EAW").exit_code == 0
    assert "999" in out.read_text(encoding="utf-8")


def test_a_session_of_another_agency_and_another_format_write_nothing(asked: StandIn, tmp_path: Path) -> None:
    other = tmp_path / "poster.pdf"
    unknown = run("poster", AGENCY, "--language", "vi", "--out", str(other), "--site", SITE)
    assert (unknown.exit_code, other.exists()) == (1, False)
    picture = tmp_path / "poster.png"
    assert (drawn(picture, "--language", "vi").exit_code, picture.exists()) == (2, False)
    refused = drawn(tmp_path / "nowhere" / "poster.pdf", "--language", "vi")
    assert (refused.exit_code, type(refused.exception)) == (1, SystemExit)


def test_counts_are_shown_as_intake_sends_them(asked: StandIn) -> None:
    assert run("scans", SESSION).exit_code == 0
    shown = run("scans", SESSION, "--json")
    assert '"scans": 20' in shown.stdout
    assert '"scans": null' in shown.stdout
