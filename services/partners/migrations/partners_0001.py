"""The register of agencies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "partners_0001"
down_revision = None
branch_labels = ("partners",)
depends_on = "mechanism_0029"


def upgrade() -> None:
    op.create_table(
        "register_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="counts the changes; the ETag"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("languages", ARRAY(sa.Text()), nullable=False),
        sa.Column("services", ARRAY(sa.Text()), nullable=False, comment="what it helps with"),
        sa.Column(
            "duties",
            ARRAY(sa.Text()),
            nullable=False,
            comment="bodies under a duty that it is, by the profiles' codes",
        ),
        sa.Column("contact", sa.LargeBinary(), comment="for referrals; sealed, it may name a person"),
        sa.Column("reason", sa.Text(), comment="why it is suspended or has ended; null while it takes part"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False, comment="of the state in which it is"),
        sa.Column("registered_by", sa.Uuid(), comment="null: by the service itself, from the profiles"),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("register_entries_pkey")),
    )


def downgrade() -> None:
    op.drop_table("register_entries")
