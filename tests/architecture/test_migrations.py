"""Migrations are compatible with the previous release, which still serves while they run."""

from pathlib import Path

import pytest

from deploy.cli.migration_forms import Read, read
from tests.architecture.source import CHECKOUT

FOLDERS = ("services/*/migrations", "shared/store/migrations/versions", "shared/encryption/migrations")


def _all() -> list[Read]:
    return [read(file) for folder in FOLDERS for file in sorted(CHECKOUT.glob(f"{folder}/*_[0-9]*.py"))]


def test_what_a_migration_takes_away_nothing_needs_any_more() -> None:
    unsafe = {each.name: each.unsafe for each in _all() if each.unsafe and each.contracts is None}
    forms = [f"{name}:{form.line} {form.why}" for name, forms in unsafe.items() for form in forms]
    assert forms == []


@pytest.mark.promise("UPGRADE-8")
@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ('op.drop_column("cases", "status")', "drops a column"),
        ('op.drop_table("cases")', "drops a table"),
        ('op.rename_table("cases", "files")', "renames a table"),
        ('op.alter_column("cases", "status", new_column_name="state")', "renames a column"),
        ('op.alter_column("cases", "status", nullable=False)', "NOT NULL"),
        ('op.alter_column("cases", "status", type_=sa.Text())', "type"),
        ('op.add_column("cases", sa.Column("team", sa.Uuid(), nullable=False))', "without a default"),
        ('op.create_index("cases_team_index", "cases", ["team"])', "makes an index on cases"),
        ('op.create_foreign_key("cases_team_fkey", "cases", "teams", ["team"], ["id"])', "checks every row of cases"),
        ('op.execute("alter table cases drop column status")', "drops by a statement"),
        ('op.execute(f"alter table {x} rename to files")', "renames by a statement"),
    ],
)
def test_each_unsafe_form_is_found(tmp_path: Path, statement: str, word: str) -> None:
    [form] = _written(tmp_path, statement).unsafe
    assert word in form.why


@pytest.mark.parametrize(
    "statement",
    [
        'op.create_table("teams")\n    op.create_index("teams_index", "teams", ["id"])',
        'op.add_column("cases", sa.Column("team", sa.Uuid(), nullable=True))',
        'op.add_column("cases", sa.Column("open", sa.Boolean(), nullable=False, server_default="true"))',
        'op.create_index("big_index", "cases", ["team"], if_not_exists=True)',
        'op.create_index("small_index", "agencies", ["code"])',
        'op.execute("update cases set team = null")',
    ],
)
def test_what_only_adds_is_let_pass(tmp_path: Path, statement: str) -> None:
    assert _written(tmp_path, statement).unsafe == ()


def test_what_goes_says_since_when_nothing_needs_it(tmp_path: Path) -> None:
    assert _written(tmp_path, 'op.drop_column("cases", "status")', 'contracts = "0.4.0"').contracts == "0.4.0"


def _written(folder: Path, statement: str, more: str = "") -> Read:
    file = folder / "toy_0001.py"
    file.write_text(
        f'revision = "toy_0001"\nSMALL = ("agencies",)\n{more}\n'
        'CONCURRENTLY = ("create index concurrently if not exists big_index on cases (team)",)\n\n\n'
        f"def upgrade() -> None:\n    {statement}\n\n\ndef downgrade() -> None:\n    op.drop_table('x')\n",
        encoding="utf-8",
    )
    return read(file)
