"""What a request with a key was answered, for every change: its case, version and body."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "mechanism_0025"
down_revision = "mechanism_0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "idempotency_keys",
        sa.Column(
            "case_id",
            sa.Uuid(),
            nullable=True,
            comment="the case that was changed; null: it opened one, or was about none",
        ),
    )
    op.add_column(
        "idempotency_keys", sa.Column("version", sa.Integer(), nullable=True, comment="of the case, as answered")
    )
    op.add_column(
        "idempotency_keys",
        sa.Column(
            "body",
            postgresql.JSON(astext_type=sa.Text()),
            nullable=True,
            comment="as answered; codes, dates and references",
        ),
    )
    op.create_index("idempotency_keys_case_id_index", "idempotency_keys", ["case_id"])


def downgrade() -> None:
    op.drop_index("idempotency_keys_case_id_index", table_name="idempotency_keys")
    for column in ("body", "version", "case_id"):
        op.drop_column("idempotency_keys", column)
