"""The skeleton's copy of the cases."""

import sqlalchemy as sa
from alembic import op

revision = "skeleton_0001"
down_revision = None
branch_labels = ("skeleton",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("cases_pkey")),
    )
    op.create_table(
        "case_team",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "member", name=op.f("case_team_pkey")),
    )


def downgrade() -> None:
    op.drop_table("case_team")
    op.drop_table("cases")
