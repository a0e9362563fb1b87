"""The output of `status` about running services: their stores, the broker, the disks; and its exit code."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.cli import readiness
from deploy.cli.__main__ import casepath
from deploy.cli.disks import Disk, read
from tests.kit.settled import Looked
from tests.kit.stand_in import StandIn


@pytest.fixture
def looked(services: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Looked:
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path / "none"))
    for name, address in services.targets.urls.items():
        monkeypatch.setenv(f"CASEPATH_{name.upper()}_URL", address)
    monkeypatch.setenv("CASEPATH_OPERATOR_SIGNING_KEY", json.dumps(services.key))
    return Looked(services)


def status(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, ["status", *arguments])


def test_where_all_is_well_it_says_so_and_ends_with_zero(looked: Looked) -> None:
    said = status()
    assert said.exit_code == 0, said.output
    assert said.output.strip()
    assert json.loads(status("--json").stdout)["wrong"] == []


@pytest.mark.parametrize(
    ("part", "state", "says"),
    [
        ("broker", "away", "legal: "),
        ("broker", "blocked", "legal: "),
        ("broker", "refused: legal.inbox is there", "legal.inbox"),
        ("database", "full", "legal: "),
        ("database", "silent", "legal: "),
        ("keys", "away", "legal: "),
        ("keys", "read only", "legal: "),
    ],
)
def test_what_a_service_lacks_is_named_and_it_does_not_end_with_zero(
    looked: Looked, part: str, state: str, says: str
) -> None:
    looked.checks["legal"][part] = state
    assert (status().exit_code, says in status().output) == (1, True), status().output
    assert any(says in sentence for sentence in json.loads(status("--json").stdout)["wrong"])


def test_what_a_service_can_lack_is_told_apart() -> None:
    lacks = [
        *(("broker", "away"), ("broker", "blocked"), ("broker", "refused: legal.inbox is there")),
        *(("database", "full"), ("database", "silent"), ("keys", "away"), ("keys", "read only")),
    ]
    told = [tuple(readiness.complaints({"legal": {part: state}})) for part, state in lacks]
    assert all(told)
    assert len(set(told)) == len(lacks)


def test_an_older_release_that_says_only_that_it_is_not_ready_is_understood() -> None:
    [complaint] = readiness.complaints({"intake": {"database": "away"}})
    assert complaint.startswith("intake: ")


def test_a_disk_is_nearly_full_by_its_share_and_a_large_one_by_what_is_free() -> None:
    gigabyte = 1024**3
    assert Disk("it", 10 * gigabyte, gigabyte - 1).is_nearly_full
    assert not Disk("it", 10 * gigabyte, 2 * gigabyte).is_nearly_full
    assert not Disk("it", 1000 * gigabyte, 3 * gigabyte).is_nearly_full
    told = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 2048 1024 100 95% /var/lib\n"
    [disk] = read("postgres", told)
    assert (disk.size, disk.free, disk.is_nearly_full) == (2048 * 1024, 100 * 1024, True)
    assert "postgres" in disk.sentence
    assert read("postgres", "df: no such file") == read("postgres", "") == []
