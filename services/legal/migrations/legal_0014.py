"""Proceedings with their defendants, and hearings with what protects the person there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "legal_0014"
down_revision = "legal_0013"
branch_labels = None
depends_on = None

TABLES = ("proceedings", "defendants", "proceeding_steps", "hearings", "hearing_steps", "hearing_measures")


def _table(name: str, *columns: "sa.Column[object]") -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"{name}_pkey")),
    )
    for column in ("file", "case_id"):
        op.create_index(op.f(f"{name}_{column}_index"), name, [column])


def _of(name: str, column: str) -> None:
    op.create_index(op.f(f"{name}_{column}_index"), name, [column])


def upgrade() -> None:
    _table(
        "proceedings",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_role", sa.String(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column(
            "warned_on",
            sa.Date(),
            nullable=True,
            comment="of what a guilty plea can end, where the person is accused",
        ),
    )
    _table(
        "defendants",
        sa.Column("proceeding", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Uuid(), nullable=True, comment="which party of the matter; null: not known"),
        sa.Column("charges", ARRAY(sa.Text()), nullable=False),
    )
    _of("defendants", "proceeding")
    _table(
        "proceeding_steps",
        sa.Column("proceeding", sa.Uuid(), nullable=False),
        sa.Column("defendant", sa.Uuid(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("disposal", sa.String(), nullable=True),
        sa.Column("review", sa.String(), nullable=True, comment="of a decision not to prosecute"),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    _of("proceeding_steps", "proceeding")
    _hearings()


def _hearings() -> None:
    _table(
        "hearings",
        sa.Column("proceeding", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False, comment="as it stands now; earlier days are in its steps"),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wanted", ARRAY(sa.Text()), nullable=True, comment="what the person needs; null: nobody asked"),
        sa.Column("arranged", ARRAY(sa.Text()), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column(
            "no_contact_from",
            sa.Date(),
            nullable=True,
            comment="the police do not contact the person from then on",
        ),
        sa.Column("no_contact_until", sa.Date(), nullable=True),
    )
    _table(
        "hearing_steps",
        sa.Column("hearing", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False, comment="the day after it"),
        sa.Column("was_on", sa.Date(), nullable=False, comment="the day before it"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    _of("hearing_steps", "hearing")
    _table(
        "hearing_measures",
        sa.Column("hearing", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    _of("hearing_measures", "hearing")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
