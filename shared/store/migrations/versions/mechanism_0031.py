"""The keys of the providers that people sign in with, as they were last fetched."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "mechanism_0031"
down_revision = "mechanism_0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_keys",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column(
            "key_set",
            JSONB(),
            nullable=False,
            comment="public keys alone, as the provider last published them",
        ),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("issuer", name=op.f("provider_keys_pkey")),
    )


def downgrade() -> None:
    op.drop_table("provider_keys")
