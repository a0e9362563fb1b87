"""Tombstones of what was erased, and restrictions."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0012"
down_revision = "mechanism_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased_subjects",
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column(
            "request",
            sa.Uuid(),
            nullable=True,
            comment="what ordered it; null: learned from the key database after a restore",
        ),
        sa.Column("answer", sa.Text(), nullable=False, comment="deleted, or kept on a basis of this service's own"),
        sa.Column("basis", sa.Text(), nullable=True, comment="a code: why something is kept"),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False, comment="real time"
        ),
        sa.Column(
            "settled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the key is destroyed, and whoever ordered it was told",
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("erased_subjects_pkey")),
    )
    op.create_index(
        "erased_subjects_unsettled_index",
        "erased_subjects",
        ["at"],
        postgresql_where=sa.text("settled_at is null"),
    )
    op.create_table(
        "restrictions",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the request because of which it is restricted"),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("restrictions_pkey")),
    )
    op.create_index("restrictions_case_id_index", "restrictions", ["case_id"])


def downgrade() -> None:
    op.drop_table("restrictions")
    op.drop_table("erased_subjects")
