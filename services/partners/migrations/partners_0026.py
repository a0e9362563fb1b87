"""When an agency last heard that one of its webhooks fell behind."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0026"
down_revision = "partners_0025"
branch_labels = None
depends_on = None

_COMMENT = "when its agency last heard that it fell behind (real time); null: never"


def upgrade() -> None:
    op.add_column("webhooks", sa.Column("behind_told_at", sa.DateTime(timezone=True), nullable=True, comment=_COMMENT))


def downgrade() -> None:
    op.drop_column("webhooks", "behind_told_at")
