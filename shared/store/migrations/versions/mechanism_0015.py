"""A request's digest is keyed; those of before could be found by trying, and go."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0015"
down_revision = "mechanism_0014"
branch_labels = None
depends_on = None

_PLAIN, _KEYED = "SHA-256 of method, path and body", "keyed digest of method, path and body"


def upgrade() -> None:
    op.execute("delete from idempotency_keys")
    op.alter_column(
        "idempotency_keys",
        "request",
        comment=_KEYED,
        existing_comment=_PLAIN,
        existing_type=sa.Text(),
        existing_nullable=False,
    )


def downgrade() -> None:
    op.alter_column(
        "idempotency_keys",
        "request",
        comment=_PLAIN,
        existing_comment=_KEYED,
        existing_type=sa.Text(),
        existing_nullable=False,
    )
