"""The key database of a service: one wrapped key per case, and the tombstones of those that were erased."""

import sqlalchemy as sa
from alembic import op

revision = "keys_0001"
down_revision = None
branch_labels = ("keys",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_keys",
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False, comment="the data key, under a key of the ring"),
        sa.Column("ring_key", sa.Text(), nullable=False, comment="the name of that key"),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="made, or wrapped",
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("case_keys_pkey")),
    )
    op.create_index("case_keys_ring_key_index", "case_keys", ["ring_key", "subject"], unique=False)
    op.create_index("case_keys_changed_at_index", "case_keys", ["changed_at"], unique=False)
    op.create_table(
        "tombstones",
        sa.Column("subject", sa.Uuid(), nullable=False, comment="a case that was erased: it never gets a key again"),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("tombstones_pkey")),
    )


def downgrade() -> None:
    op.drop_table("tombstones")
    op.drop_index("case_keys_changed_at_index", table_name="case_keys")
    op.drop_index("case_keys_ring_key_index", table_name="case_keys")
    op.drop_table("case_keys")
