"""A missing backup is reported by `status`, by the doctor, and by a metric that an alarm watches."""

import os
import shutil
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf, isnan
from pathlib import Path

import pytest

from deploy.cli import backup, running
from deploy.cli.backup_record import complaints, record_failed, record_file, record_made
from deploy.cli.doctor_backup import backup as examined
from deploy.cli.environment import service_environment
from deploy.cli.errors import CommandRefused
from deploy.cli.findings import FAIL, OK
from deploy.cli.init import write_secrets
from deploy.cli.installation import Installation
from deploy.cli.saving import secret_tar
from deploy.cli.service_metrics import values
from deploy.cli.stores import stores_of
from shared.telemetry import metrics
from shared.telemetry.machine import BackupRecord, measure_backup, measure_disk

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def production(installation: Installation) -> Installation:
    """Return a production installation, run by `up`."""
    installation.make_home()
    installation.home.joinpath("environment").write_text("production\n", encoding="utf-8")
    return installation


def measured(name: str) -> float:
    [value] = values(metrics.exposition().decode(), f"casepath_{name}")
    return value


@pytest.mark.hazard("H-OPERATION-9", control="missing-backup-is-shown")
def test_a_backup_that_was_not_made_or_is_old_or_failed_is_said(production: Installation) -> None:
    assert len(complaints(production, NOW)) == 1, "none was made at all"
    record_made(production, NOW - timedelta(hours=35))
    assert complaints(production, NOW) == []
    assert len(complaints(production, NOW + timedelta(hours=2))) == 1
    record_failed(production, NOW)
    assert len(complaints(production, NOW)) == 1
    assert BackupRecord.read(record_file(production)).made_at == NOW - timedelta(hours=35), "it is still there"
    record_made(production, NOW)
    assert complaints(production, NOW) == []
    record_made(production, datetime.now(UTC))
    assert [finding.state for finding in examined(production)] == [OK]
    record_failed(production, datetime.now(UTC))
    assert [finding.state for finding in examined(production)] == [FAIL]


def test_an_operator_says_after_how_long_and_where_backups_are_made_by_other_means(production: Installation) -> None:
    def with_hours(text: str) -> Installation:
        return replace(production, variables={**production.variables, "CASEPATH_BACKUP_HOURS": text})

    record_made(production, NOW - timedelta(hours=3))
    assert [len(complaints(with_hours(hours), NOW)) for hours in ("2", "4", "0")] == [1, 0, 0]
    with pytest.raises(CommandRefused):
        complaints(with_hours("daily"), NOW)


def test_outside_production_no_backup_is_due(installation: Installation) -> None:
    assert complaints(installation, NOW) == []


def test_the_command_notes_each_outcome(
    production: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(backup, "here", lambda: production)
    monkeypatch.setattr(backup, "_take", lambda *_: ("data", "keys"))
    backup.take(tmp_path, tmp_path, "nobody", NOW)
    assert BackupRecord.read(record_file(production)) == BackupRecord(made_at=NOW)

    def fail(*_: object) -> None:
        raise CommandRefused("No.")

    monkeypatch.setattr(backup, "_take", fail)
    later = NOW + timedelta(days=1)
    with pytest.raises(CommandRefused):
        backup.take(tmp_path, tmp_path, "nobody", later)
    assert BackupRecord.read(record_file(production)) == BackupRecord(NOW, later)


@pytest.mark.hazard("H-OPERATION-9", control="missing-backup-is-shown")
def test_it_is_served_as_metrics(production: Installation) -> None:
    given = {
        "CASEPATH_INTAKE_AMQP_URI": "amqp://127.0.0.1/casepath",
        "CASEPATH_INTAKE_DATABASE_URL": "postgresql://127.0.0.1/intake",
        "CASEPATH_INTAKE_KEYS_DATABASE_URL": "postgresql://127.0.0.1/intake_keys",
    }
    told = replace(production, variables={**production.variables, **given})
    file = service_environment(told, stores_of(told), "intake")["CASEPATH_BACKUP_RECORD"]
    measure_backup(file, 36, is_production=True)
    assert (measured("backup_age_seconds"), measured("backup_allowed_age_seconds")) == (inf, 129600)
    record_made(production, datetime.now(UTC) - timedelta(hours=40))
    assert 144_000 <= measured("backup_age_seconds") < 144_600
    assert measured("backup_failed") == 0
    record_failed(production, datetime.now(UTC))
    assert (measured("backup_failed"), measured("backup_age_seconds") > 143_999) == (1, True)
    for hours, is_production in ((36, False), (0, True)):
        measure_backup(file, hours, is_production=is_production)
        assert measured("backup_allowed_age_seconds") == inf


@pytest.mark.hazard("H-OPERATION-9", control="full-disk-is-shown")
def test_the_disk_of_a_service_is_measured(tmp_path: Path) -> None:
    measure_disk(str(tmp_path))
    assert 0 < measured("disk_free_bytes") < measured("disk_size_bytes")
    measure_disk(str(tmp_path / "none"))
    assert isnan(measured("disk_free_bytes"))


def test_in_docker_the_container_can_read_it_and_no_backup_carries_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "holder", lambda _: None)
    write_secrets(installation.checkout, "production")
    record_made(installation, NOW)
    file = record_file(installation)
    assert file.is_relative_to(installation.checkout / "secrets")
    assert (stat.S_IMODE(file.parent.stat().st_mode), stat.S_IMODE(file.stat().st_mode)) == (0o755, 0o444)
    packed = [name for name, _ in secret_tar.files_of(installation, docker=True)]
    assert len(packed) > 10
    assert not [name for name in packed if "backup" in name]


def test_secrets_that_are_put_back_have_the_modes_that_init_gives(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of a key ring is mounted into a container whose process runs as another user."""
    monkeypatch.setattr(running, "holder", lambda _: None)
    write_secrets(installation.checkout, "production")
    secrets = installation.checkout / "secrets"
    content = secret_tar.packed(installation, docker=True)

    def modes() -> dict[str, int]:
        folders = [secrets, *(path for path in secrets.rglob("*") if path.is_dir())]
        return {path.relative_to(secrets).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in folders}

    made = modes()
    assert len(made) > 2
    shutil.rmtree(secrets)
    before = os.umask(0o077)
    try:
        secret_tar.put_back(installation, content, docker=True)
    finally:
        os.umask(before)
    assert modes() == {name: mode for name, mode in made.items() if name in modes()}
    assert modes()["."] == 0o700


def test_a_record_that_can_t_be_read_is_none(tmp_path: Path) -> None:
    file = tmp_path / "last.json"
    for text in ("", "{}", "[]", '{"made_at": 1, "failed_at": null}'):
        file.write_text(text, encoding="utf-8")
        assert BackupRecord.read(file) == BackupRecord()
