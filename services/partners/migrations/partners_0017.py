"""The team of a case, which sees the data that each agency received. The projection `team` starts empty."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0017"
down_revision = "partners_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_team",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "member", name=op.f("case_team_pkey")),
    )


def downgrade() -> None:
    op.drop_table("case_team")
