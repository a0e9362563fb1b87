"""What was recorded before an agency's ground began, and is still to be told to it."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0014"
down_revision = "partners_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "histories_to_tell",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("read_to", sa.BigInteger(), nullable=False, comment="how far the source's log was read of this case"),
        sa.Column("left_from", sa.BigInteger(), nullable=True, comment="the first position that came meanwhile"),
        sa.Column("left_to", sa.BigInteger(), nullable=True, comment="the last position that came meanwhile"),
        sa.PrimaryKeyConstraint("case_id", "source", "agency", name=op.f("histories_to_tell_pkey")),
    )


def downgrade() -> None:
    op.drop_table("histories_to_tell")
