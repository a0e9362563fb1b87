"""Exchange keys: under which the events of a day are sealed for the broker."""

import sqlalchemy as sa
from alembic import op

revision = "keys_0003"
down_revision = "keys_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="the day (UTC) on which events are sealed under it"),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False, comment="the key, under a key of the ring"),
        sa.Column("ring_key", sa.Text(), nullable=False, comment="the name of that key"),
        sa.PrimaryKeyConstraint("id", name=op.f("exchange_keys_pkey")),
        sa.UniqueConstraint("day", name=op.f("exchange_keys_day_key")),
    )


def downgrade() -> None:
    op.drop_table("exchange_keys")
