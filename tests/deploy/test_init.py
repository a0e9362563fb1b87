import json
import stat
import uuid
from pathlib import Path

import pytest

from deploy.cli import doctor
from deploy.cli.errors import CommandRefused
from deploy.cli.init import write_secrets
from deploy.cli.installation import SERVICES, Installation
from deploy.cli.rings import docker_ring
from shared.access import tokens
from shared.encryption import FileRing


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_closed_here_and_readable_inside_the_containers(tmp_path: Path) -> None:
    write_secrets(tmp_path, "training")
    assert mode(tmp_path / "secrets") == 0o700
    inside = list(tmp_path.joinpath("secrets").rglob("*"))
    assert {mode(each) for each in inside if each.is_file()} == {0o444}
    assert {mode(each) & 0o005 for each in inside if each.is_dir()} == {0o005}


def test_the_settings_hold_no_secret(tmp_path: Path) -> None:
    write_secrets(tmp_path, "production")
    settings = tmp_path.joinpath(".env").read_text(encoding="utf-8")
    assert "CASEPATH_ENVIRONMENT=production" in settings
    for each in [found for found in tmp_path.joinpath("secrets").rglob("*") if found.is_file()]:
        assert each.read_text(encoding="utf-8") not in settings


def test_the_same_password_stands_on_both_sides(tmp_path: Path) -> None:
    write_secrets(tmp_path, "training")
    read = lambda name: tmp_path.joinpath("secrets", name).read_text(encoding="utf-8")  # noqa: E731 - short
    for name in SERVICES:
        for database, server in ((name, "postgres"), (f"{name}_keys", "key-store")):
            password = read(f"{database}_database_password")
            assert read(f"{database}_database_url") == f"postgresql://{database}:{password}@{server}:5432/{database}"
    password = read("amqp_uri").partition("casepath:")[2].partition("@")[0]
    assert f"default_pass = {password}\n" in read("rabbitmq.conf")


def test_each_service_has_a_ring_and_passwords_that_are_nobody_elses(tmp_path: Path) -> None:
    write_secrets(tmp_path, "training")
    rings = [docker_ring(tmp_path, name).read_text(encoding="utf-8") for name in SERVICES]
    keys = [key for ring in rings for key in json.loads(ring)["keys"].values()]
    passwords = [each.read_text(encoding="utf-8") for each in tmp_path.joinpath("secrets").glob("*_password")]
    assert all(FileRing(ring).current for ring in rings)
    assert len(set(keys)) == len(keys) == 2 * len(SERVICES)
    assert len(set(passwords)) == len(passwords) == 2 * len(SERVICES) + 2


def test_the_key_set_knows_the_staff_key_and_holds_nothing_private(tmp_path: Path) -> None:
    write_secrets(tmp_path, "training")
    key_set = tmp_path.joinpath("secrets/key_set.json").read_text(encoding="utf-8")
    staff = json.loads(tmp_path.joinpath("secrets/staff_signing_key.json").read_text(encoding="utf-8"))
    token = tokens.issue(staff, subject=str(uuid.uuid4()), roles=["operator"])
    assert tokens.Verifier(key_set).verify(f"Bearer {token}").roles == {"operator"}
    assert '"d"' not in key_set


@pytest.mark.parametrize("there", [".env", "secrets"])
def test_nothing_that_is_there_is_overwritten(tmp_path: Path, there: str) -> None:
    if there == "secrets":
        tmp_path.joinpath(there).mkdir()
    else:
        tmp_path.joinpath(there).write_text("MINE=1\n", encoding="utf-8")
    with pytest.raises(CommandRefused, match="already exist"):
        write_secrets(tmp_path, "training")
    assert [each.name for each in tmp_path.iterdir()] == [there]


@pytest.mark.parametrize(("folder", "file", "fix"), [(0o755, 0o444, "chmod 700"), (0o700, 0o400, "find")])
def test_the_doctor_sees_secrets_with_the_wrong_modes(
    installation: Installation, folder: int, file: int, fix: str
) -> None:
    write_secrets(installation.checkout, "training")
    assert [each.state for each in doctor._secrets(installation)] == [doctor.OK]
    installation.checkout.joinpath("secrets").chmod(folder)
    docker_ring(installation.checkout, "legal").chmod(file)
    found = doctor._secrets(installation)
    assert [each.state for each in found] == [doctor.FAIL]
    assert found[0].fix.startswith(fix)


def test_the_doctor_names_what_an_older_secrets_folder_lacks(installation: Installation) -> None:
    write_secrets(installation.checkout, "training")
    folder = installation.checkout / "secrets"
    folder.joinpath("staff_signing_key.json").unlink()
    assert [each.state for each in doctor._secrets(installation)] == [doctor.OK], "that key may be kept elsewhere"
    folder.joinpath("key_store_password").unlink()
    docker_ring(installation.checkout, "legal").unlink()
    found = doctor._secrets(installation)
    assert [each.state for each in found] == [doctor.FAIL]
    assert found[0].why == "docker compose needs key_store_password, rings/legal/ring.json too"
    assert "./casepath init" in found[0].fix
