"""The steps of an upgrade, and the refusal of an older release; `make drill` tests a complete upgrade."""

import re
from pathlib import Path
from typing import Self

import pytest
from click.testing import CliRunner

import shared
from deploy.cli import upgrade
from deploy.cli.__main__ import casepath
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES, Installation
from deploy.cli.migration import OlderThanDatabase, _finish
from deploy.cli.stores import stores_of
from deploy.cli.upgrade_course import course

CHANGES = """# Changelog

## Unreleased

- fictitious, not yet

## 0.4.0 - 2027-03-01

- fictitious four

## 0.3.0 - 2027-02-01

- fictitious three

## 0.2.0 - 2026-12-01

- fictitious two
"""
MIGRATION = 'revision = "{name}"\n{words}\n\n\ndef upgrade() -> None:\n    {does}\n'
ADDS = 'op.add_column("cases", sa.Column("team", sa.Uuid(), nullable=True))'
DROPS = 'op.drop_column("cases", "status")'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout of a fictitious release with the files that its plan reads."""
    tmp_path.joinpath("CHANGELOG.md").write_text(CHANGES, encoding="utf-8")
    folder = tmp_path / "services" / "intake" / "migrations"
    folder.mkdir(parents=True)
    for name, does, words in (
        ("intake_0001", ADDS, ""),
        ("intake_0002", DROPS, ""),
        ("intake_0003", DROPS, 'contracts = "0.3.0"'),
    ):
        text = MIGRATION.format(name=name, words=words, does=does)
        folder.joinpath(f"{name}.py").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.promise("UPGRADE-1")
@pytest.mark.parametrize(
    ("serving", "pending", "stops"),
    [
        ("0.2.0", ["intake_0001"], 0),
        ("0.2.0", ["intake_0001", "intake_0002"], 1),
        ("0.2.0", ["intake_0003"], 1),
        ("0.3.0", ["intake_0003"], 0),
        ("0.3.1.next", ["intake_0001", "intake_0003"], 0),
        (None, ["intake_0002"], 0),
    ],
)
def test_services_stop_for_what_the_release_that_serves_would_not_survive_alone(
    checkout: Path, serving: str | None, pending: list[str], stops: int
) -> None:
    planned = course(serving, "0.4.0", {"intake": pending, "legal": []}, checkout)
    assert len(planned.stops) == stops, planned.stops
    assert [migration.name for migration in planned.pending["intake"]] == pending


def test_the_notes_are_those_of_the_releases_between_in_order(checkout: Path) -> None:
    def shown(serving: str | None, to: str) -> list[str]:
        return [note.release for note in course(serving, to, {}, checkout).notes]

    assert shown("0.2.0", "0.4.0") == ["0.3.0", "0.4.0", "Unreleased"]
    assert shown("0.3.0", "0.3.0") == ["Unreleased"]
    assert shown(None, "0.3.0") == ["0.2.0", "0.3.0", "Unreleased"]
    assert "fictitious three" in course("0.2.0", "0.3.0", {}, checkout).notes[0].text


def test_a_release_that_is_not_checked_out_is_refused_before_anything() -> None:
    refused = CliRunner().invoke(casepath, ["upgrade", "9.9.9"])
    assert refused.exit_code == 2
    assert re.search(rf"{re.escape(shared.__version__)}.*9\.9\.9", refused.stderr)
    assert "git checkout v9.9.9" in refused.stderr


@pytest.mark.promise("UPGRADE-4")
@pytest.mark.parametrize("watched", [True, False])
def test_in_docker_who_gathers_figures_begins_anew_behind_the_services_where_it_runs(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, watched: bool
) -> None:
    """Each release can serve the metrics at another address."""
    begun: list[str] = []
    monkeypatch.setattr(upgrade, "must", lambda _, *arguments: begun.append(arguments[-1]))
    running = [*SERVICES, "prometheus"] if watched else [*SERVICES]
    monkeypatch.setattr(upgrade, "services_up", lambda _: running)
    upgrade._Upgrading(installation, stores_of(installation), course("0.2.0", "0.3.0", {}), docker=True).run()
    assert begun == running


class Ended:
    """The process of a failed migration, whose database is of a later release, or too old."""

    def __init__(self, error: str, sentence: str) -> None:
        self.returncode = 1
        self.stdout = None
        self.stderr = [f"shared.store.migration.{error}: {sentence}\n"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""


@pytest.mark.promise("UPGRADE-2")
def test_an_older_release_on_a_newer_database_hears_both_ways_out() -> None:
    ended = Ended("DatabaseNewer", "The database of intake holds intake_9999, which this release does not know.")
    with pytest.raises(OlderThanDatabase) as refused:
        _finish("intake", ended)  # type: ignore[arg-type]  # as far as it is looked at
    assert shared.__version__ in refused.value.what
    assert "intake" in refused.value.what
    assert "intake_9999" in refused.value.why
    assert "./casepath restore" in refused.value.next_step


def test_a_database_older_than_the_baseline_is_refused_with_the_release_to_use() -> None:
    ended = Ended("DatabaseTooOld", "The database of intake is at intake_0001, which is older than 0.2.0.")
    with pytest.raises(CommandRefused) as refused:
        _finish("intake", ended)  # type: ignore[arg-type]  # as far as it is looked at
    assert "intake_0001" in refused.value.why
    assert "0.2.0" in refused.value.next_step
