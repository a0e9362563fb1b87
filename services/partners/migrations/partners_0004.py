"""API keys of agencies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "partners_0004"
down_revision = "partners_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column(
            "digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the whole key, which is kept nowhere"
        ),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("scopes", ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "networks",
            ARRAY(sa.Text()),
            nullable=False,
            comment="from where it may be used, as CIDR; empty: from anywhere",
        ),
        sa.Column("made_by", sa.Uuid(), comment="a member of staff; null: with a key of the agency's"),
        sa.Column("made_with", sa.Uuid(), comment="the agency's key with which it was made"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="real time"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="real time"),
        sa.Column("last_used_on", sa.Date(), comment="real time, in UTC; null: never yet"),
        sa.Column("successor", sa.Uuid(), comment="the key that takes its place"),
        sa.Column("revoked_at", sa.DateTime(timezone=True), comment="real time"),
        sa.PrimaryKeyConstraint("id", name=op.f("agency_keys_pkey")),
    )
    op.create_index(op.f("agency_keys_agency_index"), "agency_keys", ["agency"])


def downgrade() -> None:
    op.drop_table("agency_keys")
