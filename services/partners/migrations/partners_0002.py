"""Data-sharing agreements with agencies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "partners_0002"
down_revision = "partners_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="counts the changes; the ETag"),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("purposes", ARRAY(sa.Text()), nullable=False),
        sa.Column("data_categories", ARRAY(sa.Text()), nullable=False),
        sa.Column("jurisdictions", ARRAY(sa.Text()), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reference", sa.LargeBinary(), nullable=False, comment="where the signed paper is filed; sealed"),
        sa.Column(
            "step",
            sa.Text(),
            nullable=False,
            comment="as the last step left it: proposed, agreed, suspended, resuming, ended",
        ),
        sa.Column("reason", sa.Text(), comment="why it is suspended or was ended"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False, comment="of the last step"),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "asked_by", sa.Uuid(), nullable=False, comment="the first person: of the record, or of the last resumption"
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), comment="the second person; null: nobody yet"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), comment="since when it has been agreed on"),
        sa.Column("ended_on", sa.Date(), comment="null unless it was ended before its last day"),
        sa.PrimaryKeyConstraint("id", name=op.f("agreements_pkey")),
    )
    op.create_index(op.f("agreements_agency_index"), "agreements", ["agency"])


def downgrade() -> None:
    op.drop_table("agreements")
