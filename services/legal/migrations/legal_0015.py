"""Leave to stay, legal aid and non-punishment, with their steps."""

import sqlalchemy as sa
from alembic import op

revision = "legal_0015"
down_revision = "legal_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "protections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("offence", sa.String(), nullable=True, comment="of what the person is or was accused, by group"),
        sa.Column("acted_on", sa.String(), nullable=True, comment="a day, a month or a year"),
        sa.Column("age_at_act", sa.String(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("protections_pkey")),
    )
    op.create_table(
        "protection_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("protection", sa.Uuid(), nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True, comment="of what was granted: its last day"),
        sa.Column("merits", sa.String(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("protection_steps_pkey")),
    )
    op.create_index(op.f("protections_file_index"), "protections", ["file"])
    op.create_index(op.f("protections_case_id_index"), "protections", ["case_id"])
    op.create_index(op.f("protection_steps_protection_index"), "protection_steps", ["protection"])
    op.create_index(op.f("protection_steps_file_index"), "protection_steps", ["file"])
    op.create_index(op.f("protection_steps_case_id_index"), "protection_steps", ["case_id"])


def downgrade() -> None:
    op.drop_table("protection_steps")
    op.drop_table("protections")
