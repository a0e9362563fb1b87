"""Floors: a restriction outranks what is older."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0003"
down_revision = "mechanism_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_floors",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="the fact that is restricted, such as member:<id>"),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="of the last restriction"),
        sa.PrimaryKeyConstraint("source", "subject", "key", name=op.f("follow_floors_pkey")),
    )


def downgrade() -> None:
    op.drop_table("follow_floors")
