"""Entitlements that follow from a step of the official path, until a member of staff answers."""

import sqlalchemy as sa
from alembic import op

revision = "support_0026"
down_revision = "support_0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entitlement_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Uuid(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("entitlement", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("record", sa.Uuid(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("entitlement_proposals_pkey")),
    )
    op.create_index("entitlement_proposals_case_id_index", "entitlement_proposals", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("entitlement_proposals")
