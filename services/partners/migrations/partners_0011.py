"""The reports of agencies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "partners_0011"
# At 0.2.0 this is the head of a separate branch, next to the baseline `partners_0014`.
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Uuid(), comment="our referral, the consent, or the referral that it adds to"),
        sa.Column("case_id", sa.Uuid(), comment="null of a referral until it was accepted"),
        sa.Column("as_sent", JSONB(), nullable=False, comment="in codes, days and times"),
        sa.Column("made_with", sa.Uuid(), nullable=False, comment="the agency's key"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), comment="why it was declined or refused"),
        sa.Column("effect", sa.Text(), comment="of an answer to a referral: what it came to"),
        sa.Column("asked", ARRAY(sa.Text()), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("agency_reports_pkey")),
    )
    op.create_index("agency_reports_case_id_index", "agency_reports", ["case_id"])
    op.create_index("agency_reports_agency_index", "agency_reports", ["agency", "made_at", "id"])
    op.create_index("agency_reports_about_index", "agency_reports", ["about"])


def downgrade() -> None:
    op.drop_table("agency_reports")
