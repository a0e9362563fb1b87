import base64
import hashlib
import json
import re
import stat
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from deploy.cli import doctor
from deploy.cli.__main__ import casepath
from deploy.cli.errors import CommandRefused
from deploy.cli.init import INVENTORY, write_secrets
from deploy.cli.installation import SERVICES, WEB, WITH_ROLES, Installation
from deploy.cli.rings import docker_ring
from deploy.cli.secret_files import FILES, NO_LONGER_USED, OF_0_1_0, Kind
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


def test_each_database_has_one_role_that_runs_and_another_that_owns(tmp_path: Path) -> None:
    write_secrets(tmp_path, "training")
    read = lambda name: tmp_path.joinpath("secrets", name).read_text(encoding="utf-8")  # noqa: E731 - short
    passwords = set()
    for database in WITH_ROLES:
        server = "postgres" if database in (*SERVICES, WEB) else "key-store"
        for kind, role in (("", database), ("_owner", f"{database}_owner")):
            url = read(f"{database}{kind}_database_url")
            passwords.add(urlsplit(url).password)
            assert url == f"postgresql://{role}:{urlsplit(url).password}@{server}:5432/{database}"
    assert len(passwords) == 2 * len(WITH_ROLES)


def test_the_same_password_stands_on_both_sides(tmp_path: Path) -> None:
    write_secrets(tmp_path, "training")
    read = lambda name: tmp_path.joinpath("secrets", name).read_text(encoding="utf-8")  # noqa: E731 - short
    accounts = {user["name"]: user for user in json.loads(read("broker_definitions.json"))["users"]}
    for name in SERVICES:
        password = read(f"{name}_broker_password")
        assert read(f"{name}_amqp_uri") == f"amqp://{name}:{password}@rabbitmq:5672/casepath"
        assert is_hash_of(accounts[name]["password_hash"], password)
    assert is_hash_of(accounts["casepath"]["password_hash"], read("broker_operator_password"))


def is_hash_of(stored: str, password: str) -> bool:
    """Check a password as RabbitMQ does: the hash is a four-byte salt, and the SHA-256 of salt and password."""
    salt, digest = base64.b64decode(stored)[:4], base64.b64decode(stored)[4:]
    return hashlib.sha256(salt + password.encode()).digest() == digest


def test_each_broker_account_has_rights_for_its_own_events_and_those_it_follows(tmp_path: Path) -> None:
    write_secrets(tmp_path, "training")
    content = json.loads(tmp_path.joinpath("secrets/broker_definitions.json").read_text(encoding="utf-8"))
    # The exchanges exist before any service starts, so that every follower finds its sources.
    assert {exchange["name"] for exchange in content["exchanges"]} == {f"{name}.events" for name in SERVICES}
    assert {user["name"]: user["tags"] for user in content["users"]} == {
        "casepath": ["administrator"],
        "intake": [],
        "legal": [],
        "support": [],
        "partners": [],
    }
    [legal] = [may for may in content["permissions"] if may["user"] == "legal"]
    assert (legal["configure"], legal["write"]) == (r"^legal\.", r"^legal\.")
    assert legal["read"] == r"^(legal\.|(intake|partners|support)\.events$)"
    assert content["vhosts"][0]["default_queue_type"] == "quorum"


def test_each_service_has_a_ring_and_passwords_that_are_nobody_elses(tmp_path: Path) -> None:
    write_secrets(tmp_path, "training")
    rings = [docker_ring(tmp_path, name).read_text(encoding="utf-8") for name in (*SERVICES, WEB)]
    keys = [key for ring in rings for key in json.loads(ring)["keys"].values()]
    passwords = [each.read_text(encoding="utf-8") for each in tmp_path.joinpath("secrets").glob("*_password")]
    assert all(FileRing(ring).current for ring in rings)
    assert len(set(keys)) == len(keys) == 2 * len(rings)
    assert len(set(passwords)) == len(passwords) == len(SERVICES) + 3


@pytest.mark.parametrize(("signer", "role"), [("staff", "caseworker"), ("operator", "operator")])
def test_the_key_set_knows_the_keys_of_the_command_and_holds_nothing_private(
    tmp_path: Path, signer: str, role: str
) -> None:
    write_secrets(tmp_path, "training")
    key_set = tmp_path.joinpath("secrets/key_set.json").read_text(encoding="utf-8")
    key = json.loads(tmp_path.joinpath(f"secrets/{signer}_signing_key.json").read_text(encoding="utf-8"))
    token = tokens.issue(key, subject=str(uuid.uuid4()), roles=[role])
    assert tokens.Verifier(key_set).verify(f"Bearer {token}").roles == {role}
    assert '"d"' not in key_set


@pytest.mark.promise("SEC-53")
def test_in_production_no_key_speaks_for_people_and_one_of_0_1_0_is_taken_away(of_0_1_0: Path) -> None:
    folder = of_0_1_0 / "secrets"
    assert tokens.STAFF in tokens.issuers_in(folder.joinpath("key_set.json").read_text(encoding="utf-8"))
    written = write_secrets(of_0_1_0)
    assert "secrets/staff_signing_key.json" in written.removed
    assert {"secrets/key_set.json"} <= set(written.rewritten)
    services = {tokens.service_issuer(name) for name in SERVICES}
    key_set = folder.joinpath("key_set.json").read_text(encoding="utf-8")
    assert tokens.issuers_in(key_set) == services | {tokens.OPERATOR}
    assert write_secrets(of_0_1_0).removed == []


def test_a_new_production_says_that_nobody_can_sign_in_yet_and_what_works(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.cli.init.here", lambda: installation)
    done = CliRunner().invoke(casepath, ["init", "--environment", "production"])
    assert done.exit_code == 0, done.output
    words = " ".join(done.output.split())
    assert "./casepath provider add" in words
    assert not list(installation.checkout.joinpath("secrets").glob("staff*"))


@pytest.mark.parametrize("there", [".env", "secrets"])
def test_half_of_an_installation_is_left_as_it_is(tmp_path: Path, there: str) -> None:
    if there == "secrets":
        tmp_path.joinpath(there).mkdir()
    else:
        tmp_path.joinpath(there).write_text("MINE=1\n", encoding="utf-8")
    with pytest.raises(CommandRefused, match=re.escape(there)):
        write_secrets(tmp_path, "training")
    assert [path.name for path in tmp_path.iterdir()] == [there]


def texts(checkout: Path) -> dict[str, str]:
    folder = checkout / "secrets"
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files}


@pytest.fixture
def of_0_1_0(tmp_path: Path) -> Path:
    """Return a checkout with the files of 0.1.0: each with its content of that release, and no inventory."""
    write_secrets(tmp_path, "training")  # 0.1.0 wrote the same files for each kind of installation
    settings, folder = tmp_path / ".env", tmp_path / "secrets"
    settings.write_text(settings.read_text(encoding="utf-8").replace("=training", "=production"), encoding="utf-8")
    for name in texts(tmp_path).keys() - OF_0_1_0:
        folder.joinpath(name).unlink()
    passwords = {
        f"{name}_database_password": str(urlsplit(texts(tmp_path)[f"{name}_database_url"]).password)
        for name in WITH_ROLES
        if f"{name}_database_url" in OF_0_1_0
    }
    key_set = json.loads(folder.joinpath("key_set.json").read_text(encoding="utf-8"))["keys"]
    later = {tokens.OPERATOR, tokens.service_issuer("partners")}
    of_then = json.dumps({"keys": [key for key in key_set if tokens.issuer_of(key) not in later]})
    others = {"amqp_uri": AMQP_URI, "rabbitmq.conf": RABBITMQ_CONF, "key_set.json": of_then}
    for name, text in {**others, **passwords}.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o444)
    assert texts(tmp_path).keys() == OF_0_1_0
    return tmp_path


AMQP_URI = "amqp://casepath:made-by-0.1.0@rabbitmq:5672/casepath"
RABBITMQ_CONF = """default_user = casepath
default_pass = made-by-0.1.0
default_vhost = casepath
default_queue_type = quorum
"""


@pytest.mark.promise("SEC-72")
def test_an_upgrade_from_0_1_0_keeps_every_secret_that_cases_depend_on(of_0_1_0: Path) -> None:
    before = texts(of_0_1_0)
    written = write_secrets(of_0_1_0)
    after = texts(of_0_1_0)
    kept = [name for name in OF_0_1_0 if name in FILES and FILES[name].kind is Kind.KEPT]
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    of_production = {name for name, file in FILES.items() if file.belongs("production")}
    assert of_production == after.keys() - {INVENTORY}
    gone = [*NO_LONGER_USED, "staff_signing_key.json"]
    assert written.removed == [f"secrets/{name}" for name in gone]
    assert set(written.added) == {f"secrets/{name}" for name in of_production - OF_0_1_0}
    assert not written.fresh
    assert written.next_step.startswith("docker compose up ")
    assert {mode(path) for path in of_0_1_0.joinpath("secrets").rglob("*") if path.is_file()} == {0o444}
    assert not [name for name, text in after.items() if "made-by-0.1.0" in text], "services knew that password"


def test_who_has_come_over_is_left_alone(of_0_1_0: Path) -> None:
    write_secrets(of_0_1_0)
    before = texts(of_0_1_0)
    written = write_secrets(of_0_1_0)
    assert (written.added, written.rewritten, written.removed) == ([], [], [])
    assert texts(of_0_1_0) == before


@pytest.mark.parametrize("name", ["postgres_password", "rings/legal/ring.json", "key_store_password"])
def test_a_lost_secret_that_cases_depend_on_is_never_made_again(of_0_1_0: Path, name: str) -> None:
    of_0_1_0.joinpath("secrets", name).unlink()
    before = texts(of_0_1_0)
    with pytest.raises(CommandRefused, match=name) as refused:
        write_secrets(of_0_1_0)
    assert refused.value.next_step
    assert texts(of_0_1_0) == before


def test_a_file_that_follows_from_others_is_written_anew(of_0_1_0: Path) -> None:
    write_secrets(of_0_1_0)
    folder, name = of_0_1_0 / "secrets", "key_set.json"
    before = texts(of_0_1_0)
    folder.joinpath(name).unlink()
    assert write_secrets(of_0_1_0).added == [f"secrets/{name}"]
    assert texts(of_0_1_0) == before


def test_a_signing_key_that_is_kept_elsewhere_is_not_made_again_and_still_counts(of_0_1_0: Path) -> None:
    write_secrets(of_0_1_0)
    key = of_0_1_0.joinpath("secrets/operator_signing_key.json")
    public = json.loads(key.read_text(encoding="utf-8"))["kid"]
    key.unlink()
    write_secrets(of_0_1_0)
    assert not key.exists()
    assert public in of_0_1_0.joinpath("secrets/key_set.json").read_text(encoding="utf-8")


def test_settings_stay_and_a_lacking_one_is_added(of_0_1_0: Path) -> None:
    settings = of_0_1_0 / ".env"
    settings.write_text("CASEPATH_ENVIRONMENT=production\nMINE=1\n", encoding="utf-8")
    assert ".env" in write_secrets(of_0_1_0).rewritten
    lines = settings.read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["CASEPATH_ENVIRONMENT=production", "MINE=1"]
    assert [line for line in lines if line.startswith("CASEPATH_LEGAL_PORT=")]


def test_an_installation_stays_what_it_is(of_0_1_0: Path) -> None:
    with pytest.raises(CommandRefused, match=r"production"):
        write_secrets(of_0_1_0, "training")


def test_a_lost_ring_of_the_desk_is_made_again(tmp_path: Path) -> None:
    """It encrypts only sessions."""
    write_secrets(tmp_path, "training")
    docker_ring(tmp_path, WEB).unlink()
    assert write_secrets(tmp_path).added == ["secrets/rings/web/ring.json"]


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
    folder.joinpath("key_set.json").unlink()
    assert "./casepath init" in doctor._secrets(installation)[0].fix
    folder.joinpath("key_store_password").unlink()
    docker_ring(installation.checkout, "legal").unlink()
    found = doctor._secrets(installation)
    assert [each.state for each in found] == [doctor.FAIL]
    lacking = ("key_set.json", "key_store_password", "rings/legal/ring.json")
    assert [name for name in lacking if name not in found[0].why] == []
    assert "./casepath init" not in found[0].fix, "new ones would open nothing"
