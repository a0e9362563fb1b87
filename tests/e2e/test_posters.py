"""From an outreach session to a printed poster, its scan, and the scan count, at a running installation."""

from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from deploy.cli import public
from deploy.cli.__main__ import casepath
from deploy.cli.api import Api, Targets
from deploy.cli.installation import Installation
from deploy.cli.keys import public_secret_file
from deploy.training.people import PEOPLE
from shared.access.visitors import HEADER, header
from tests.kit import qr_codes

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

TIMEOUT = 30
MILA = PEOPLE[0]
HELD = {
    "region": "NL-ZH",
    "setting": "workplace",
    "languages": ["vi"],
    "topics": ["where_to_find_help"],
    "reached": 40,
    "spoke_with": 20,
    "contacts": 5,
}


def test_a_poster_of_a_session_is_drawn_scanned_and_counted(
    running_installation: Installation, installation: Targets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = (
        Api(installation, roles=[MILA.role], subject=MILA.id).post("intake", "/v1/outreach-sessions", HELD).json()["id"]
    )
    own_token, poster = tmp_path / "own-token", tmp_path / "poster.pdf"
    own_token.write_text(installation.token([MILA.role], MILA.id), encoding="utf-8")
    monkeypatch.setenv("CASEPATH_TOKEN_FILE", str(own_token))
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda: installation)
    address = public.address(running_installation)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(casepath, ["outreach", *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert session in run("sessions")
    run("poster", session, "--language", "vi", "--out", str(poster), "--site", address)
    scanned = qr_codes.in_pdf(poster.read_bytes())
    led = requests.get(scanned, timeout=TIMEOUT)
    assert (led.status_code, led.url) == (200, f"{address}/vi/")
    # Counts are shown from 11 upwards, and each network counts at most 10 times.
    assert '"scans": 10' not in run("scans", session, "--json")
    secret = public_secret_file(running_installation.keys).read_text(encoding="utf-8").strip()
    for network in range(10):
        counted = requests.post(
            f"{running_installation.address('intake')}/v1/poster-scans",
            json={"code": scanned.rpartition("/")[2], "language": "vi"},
            headers={HEADER: header(secret, f"192.0.{network}.7")},
            timeout=TIMEOUT,
        )
        assert counted.status_code == 204, counted.text
    assert '"scans": 10' in run("scans", session, "--json")
