"""How the person can be reached safely, sealed, and the contacts that were tried."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0006"
down_revision = "intake_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "safe_contacts",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agreement", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("safe_contacts_case_id_fkey")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("safe_contacts_pkey")),
    )
    op.create_table(
        "contact_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("contact_attempts_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("contact_attempts_pkey")),
    )
    op.create_index(op.f("contact_attempts_case_id_index"), "contact_attempts", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("contact_attempts")
    op.drop_table("safe_contacts")
