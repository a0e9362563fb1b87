"""The agencies and the members of staff that every service knows, from their registers' events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "mechanism_0029"
down_revision = "mechanism_0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False, comment="ISO 3166-1 alpha-2"),
        sa.Column("regions", ARRAY(sa.Text()), nullable=False, comment="ISO 3166-2; empty: all of the country"),
        sa.Column("authority", sa.Text(), comment="its code in a profile, where the law names it"),
        sa.Column("first_responder", sa.Text(), comment="its code among the first responders, where it is one"),
        sa.Column("takes_referrals", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("agencies_pkey")),
    )
    subjects = "keyed digests of issuer and subject of their sign-in"
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("roles", ARRAY(sa.Text()), nullable=False),
        sa.Column("languages", ARRAY(sa.Text()), nullable=False),
        sa.Column("takes_cases", sa.Boolean(), nullable=False),
        sa.Column("until", sa.Date(), comment="the last day on which they work; null: no end is known"),
        sa.Column("subjects", ARRAY(sa.Text()), nullable=False, comment=subjects),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("staff_pkey")),
    )
    op.create_index("staff_subjects_index", "staff", ["subjects"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_table("staff")
    op.drop_table("agencies")
