"""On which grounds an agency may have something of a person, as the services beside intake keep it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "mechanism_0035"
down_revision = "mechanism_0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency_grounds",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the consent, or the sharing without one"),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False, comment="an agency of the register"),
        sa.Column("data_categories", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("since", sa.Date(), nullable=True, comment="the first day on which it counts; null: no day is known"),
        sa.Column("until", sa.Date(), nullable=False, comment="the last day on which it counts"),
        sa.PrimaryKeyConstraint("id", name=op.f("agency_grounds_pkey")),
    )
    op.create_index("agency_grounds_case_id_agency_index", "agency_grounds", ["case_id", "agency"])


def downgrade() -> None:
    op.drop_table("agency_grounds")
