"""Blind indexes: by which values a case is found, as keyed fingerprints."""

import sqlalchemy as sa
from alembic import op

revision = "keys_0002"
down_revision = "keys_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blind_indexes",
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column(
            "digest",
            sa.LargeBinary(),
            nullable=False,
            comment="keyed fingerprint of a value that the case is found by",
        ),
        sa.PrimaryKeyConstraint("subject", "purpose", "digest", name=op.f("blind_indexes_pkey")),
    )
    op.create_index("blind_indexes_digest_index", "blind_indexes", ["purpose", "digest"], unique=False)


def downgrade() -> None:
    op.drop_table("blind_indexes")
