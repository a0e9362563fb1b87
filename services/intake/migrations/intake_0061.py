"""Requests to be contacted."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0061"
down_revision = "intake_0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=True, comment="of the return code, keyed; null once withdrawn"),
        sa.Column("agency", sa.Uuid(), nullable=False, comment="whose caseworkers read it"),
        sa.Column("jurisdiction", sa.String(), nullable=True, comment="null once withdrawn, as what follows"),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("way", sa.String(), nullable=True),
        sa.Column("request", sa.LargeBinary(), nullable=True, comment="sealed"),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "waiting_since",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when it was received, or received again after nobody finished it",
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True, comment="by the person"),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("contact_requests_pkey")),
        sa.UniqueConstraint("fingerprint", name=op.f("contact_requests_fingerprint_key")),
    )
    op.create_index(
        "contact_requests_waiting_index", "contact_requests", ["agency", "id"], postgresql_where="state = 'received'"
    )
    op.create_index(
        "contact_requests_taken_index", "contact_requests", ["taken_by", "id"], postgresql_where="taken_by is not null"
    )


def downgrade() -> None:
    op.drop_table("contact_requests")
