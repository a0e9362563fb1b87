"""The event types that each webhook asks for. An earlier webhook receives all types, as before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "partners_0024"
down_revision = "partners_0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "webhooks", sa.Column("types", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{*}'"))
    )


def downgrade() -> None:
    op.drop_column("webhooks", "types")
