"""The `keys` commands; the services are a small real HTTP server, the key ring files are real."""

import json
import re
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from deploy.cli import keyring, rings
from deploy.cli.__main__ import casepath
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES, Installation
from deploy.cli.servers import PostgresServer
from shared import encryption
from shared.encryption import Cell, FileRing, Keys
from shared.encryption.archive import Archive
from shared.sealing.ring import new_ring
from shared.store.database import engine_for
from tests.kit import databases


class Rotating:
    """Three services that read their key rings from files and have some keys each."""

    def __init__(self, files: dict[str, Path], keys: int) -> None:
        self.files = files
        self.under = {name: {"first": keys} for name in files}
        self.lost = 0
        self.asked: list[str] = []
        self.breaks_off_after = 99

    @property
    def rings(self) -> dict[str, FileRing]:
        return {name: FileRing(file.read_text()) for name, file in self.files.items()}

    def answer(self, service: str, method: str, _path: str, body: Any) -> tuple[int, Any]:
        ring, under = self.rings[service], self.under[service]
        left = sum(count for name, count in under.items() if name != ring.current)
        if method == "GET":
            stand = {"current": ring.current, "ring": ring.names, "under": under, "left": left}
            return 200, {
                **stand,
                "keys": sum(under.values()),
                "lost": self.lost,
                "archive": {"age_seconds": 1.5},
                "days": 7,
            }
        if len(self.asked) == self.breaks_off_after:
            return 500, {"title": "Something went wrong here"}
        self.asked.append(service)
        assert body["under"] == ring.current
        wrapped = min(body["most"], left)
        for name in [each for each in under if each != ring.current]:
            under[name] -= wrapped
        under[ring.current] = under.get(ring.current, 0) + wrapped
        return 200, {"wrapped": wrapped, "left": left - wrapped}


@pytest.fixture
def files(installation: Installation) -> dict[str, Path]:
    """Return the key rings as `init` creates them for Docker."""
    found = {name: rings.docker_ring(installation.checkout, name) for name in SERVICES}
    for file in found.values():
        file.parent.mkdir(parents=True)
        file.write_text(new_ring("first"))
        file.chmod(0o444)
    return found


@pytest.fixture
def rotating(
    services: Any, files: dict[str, Path], installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> Rotating:
    found = Rotating(files, 1_200)
    services.answer = found.answer
    for name, url in services.targets.urls.items():
        monkeypatch.setenv(f"CASEPATH_{name.upper()}_URL", url)
    monkeypatch.setenv("CASEPATH_OPERATOR_SIGNING_KEY", json.dumps(services.key))
    monkeypatch.setattr(keyring, "here", lambda: installation)
    monkeypatch.setattr(rings, "QUIET_SECONDS", 0.0)
    return found


def keys(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, ["keys", *arguments])


def test_a_rotation_gives_each_ring_a_key_and_wraps_everything_under_it(
    rotating: Rotating, files: dict[str, Path]
) -> None:
    done = keys("rotate", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["wrapped"] == dict.fromkeys(SERVICES, 1_200)
    for name, file in files.items():
        ring = FileRing(file.read_text())
        assert set(ring.names) == {"first", ring.current}
        assert rotating.under[name] == {"first": 0, ring.current: 1_200}
        assert stat.S_IMODE(file.stat().st_mode) == 0o444, "it is as readable inside the containers as before"
        assert list(file.parent.iterdir()) == [file]


@pytest.mark.promise("KEY-5")
def test_a_rotation_that_was_broken_off_goes_on_and_adds_no_further_key(
    rotating: Rotating, files: dict[str, Path]
) -> None:
    rotating.breaks_off_after = 4
    assert keys("rotate").exit_code == 1
    before = {name: file.read_text() for name, file in files.items()}
    assert keys("status").exit_code == 1
    rotating.breaks_off_after = 99
    assert keys("rotate").exit_code == 0
    assert {name: file.read_text() for name, file in files.items()} == before
    assert all(under["first"] == 0 for under in rotating.under.values())
    assert keys("status").exit_code == 0


def test_two_rotations_of_one_day_have_two_names(rotating: Rotating, files: dict[str, Path]) -> None:
    assert keys("rotate").exit_code == 0
    first = {name: ring.current for name, ring in rotating.rings.items()}
    assert keys("rotate").exit_code == 0
    assert all(ring.current == f"{first[name]}-2" for name, ring in rotating.rings.items())


@pytest.mark.promise("SEC-81", "KEY-6")
def test_an_old_key_is_taken_away_only_when_no_data_key_is_under_it(rotating: Rotating, files: dict[str, Path]) -> None:
    assert keys("rotate").exit_code == 0
    current = {name: ring.current for name, ring in rotating.rings.items()}
    rotating.under["legal"]["first"] = 3
    rotating.breaks_off_after = len(rotating.asked)
    assert keys("rotate", "--drop-old").exit_code == 1
    assert all("first" in ring.names for ring in rotating.rings.values())
    rotating.breaks_off_after = 99
    assert keys("rotate", "--drop-old").exit_code == 0
    assert {name: ring.names for name, ring in rotating.rings.items()} == {
        name: (each,) for name, each in current.items()
    }


@pytest.mark.promise("KEY-7")
def test_a_ring_that_is_held_elsewhere_is_left_alone(
    rotating: Rotating, files: dict[str, Path], installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = {**installation.variables, "CASEPATH_LEGAL_KEY_RING_FILE": "/somewhere/ring.json"}
    monkeypatch.setattr(keyring, "here", lambda: replace(installation, variables=elsewhere))
    before = {name: file.read_text() for name, file in files.items()}
    done = keys("rotate")
    assert done.exit_code == 1
    assert "legal" in done.output
    assert {name: file.read_text() for name, file in files.items()} == before


def test_a_broken_ring_file_is_not_written_over(files: dict[str, Path]) -> None:
    files["intake"].chmod(0o600)
    files["intake"].write_text("{")
    with pytest.raises(CommandRefused, match=re.escape(str(files["intake"]))):
        rings.add_key(files["intake"], "2026-11-25")
    assert files["intake"].read_text() == "{"


def test_the_status_tells_how_each_service_stands(rotating: Rotating) -> None:
    shown = keys("status")
    assert shown.exit_code == 0
    assert shown.stdout.count("1,200") == len(SERVICES)
    assert json.loads(keys("status", "--json").stdout)["services"]["intake"]["days"] == 7


@pytest.mark.promise("KEY-8")
def test_the_status_names_a_key_that_a_ring_has_lost(rotating: Rotating) -> None:
    rotating.under["legal"] = {"earlier": 3, "first": 2}
    shown = keys("status")
    assert shown.exit_code == 1
    assert re.search(r"legal.*\bearlier\b.*\b3\b", shown.output)


def test_the_status_names_data_keys_that_are_lost_and_what_brings_them_back(rotating: Rotating) -> None:
    rotating.lost = 2
    shown = keys("status")
    assert shown.exit_code == 1
    assert re.search(r"legal\b.*\b2\b", shown.output)
    assert "./casepath keys restore legal FILE" in shown.output


@pytest.mark.integration
def test_lost_keys_are_brought_back_from_a_file(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"lost{uuid4().hex[:8]}"
    url = databases.migrated_anew(postgres, name, encryption.MIGRATIONS)
    store, place = engine_for(url), Cell("persons", "identity", uuid4())
    own = Keys(store, FileRing(new_ring("first")), "intake")
    own.seal(uuid4(), place, "text")
    Archive(store, tmp_path / "archive", days=7).append(datetime.now(UTC))
    [file] = (tmp_path / "archive").iterdir()
    with databases.as_owner(url) as owner:
        owner.execute("truncate case_keys")
    monkeypatch.setenv("CASEPATH_INTAKE_KEYS_DATABASE_URL", url)
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path / "state"))
    for brought in (1, 0):
        done = keys("restore", "intake", str(file), "--json")
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout) == {"service": "intake", "added": brought, "erased": 0}
    assert own.usage().under == {"first": 1}
    file.write_text("no archive")
    refused = keys("restore", "intake", str(file))
    assert refused.exit_code == 1
    assert "NotAnArchive" in refused.output
    file.write_text("")
    assert json.loads(keys("restore", "intake", str(file), "--json").stdout)["added"] == 0, "a day without a key"
    store.dispose()
    away = url.replace(name, "nowhere")
    monkeypatch.setenv("CASEPATH_INTAKE_KEYS_DATABASE_URL", away)
    refused = keys("restore", "intake", str(file))
    assert refused.exit_code == 1
    assert away not in refused.output
    assert "password authentication failed" in " ".join(refused.output.split())
