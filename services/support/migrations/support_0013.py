"""A directory of providers: what they offer, for whom, where, and whether there is a place."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "support_0013"
down_revision = "support_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "providers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="counts the changes; the ETag"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=True, comment="of the register of agencies"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("services", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("regions", postgresql.ARRAY(sa.Text()), nullable=False, comment="empty: all of the country"),
        sa.Column("serves", postgresql.ARRAY(sa.Text()), nullable=False, comment="empty: everybody"),
        sa.Column("takes_children", sa.Boolean(), nullable=False),
        sa.Column("children_up_to", sa.Integer(), nullable=True, comment="years; null: of any age"),
        sa.Column("asks_status", sa.Text(), nullable=False),
        sa.Column("vacancy", sa.Text(), nullable=False),
        sa.Column("free_places", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_until", sa.Date(), nullable=True, comment="afterwards nobody knows of places"),
        sa.Column("stated_by", sa.Uuid(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("providers_pkey")),
    )
    op.create_index("providers_services_index", "providers", ["services"], unique=False, postgresql_using="gin")


def downgrade() -> None:
    op.drop_index("providers_services_index", table_name="providers", postgresql_using="gin")
    op.drop_table("providers")
