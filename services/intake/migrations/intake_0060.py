"""Cases that legal closed to a member of staff."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0060"
down_revision = "intake_0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard_barriers",
        sa.Column("barrier", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("lifted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("barrier", name=op.f("heard_barriers_pkey")),
    )
    op.create_index(
        "heard_barriers_case_id_index", "heard_barriers", ["case_id", "member"], postgresql_where="not lifted"
    )


def downgrade() -> None:
    op.drop_table("heard_barriers")
