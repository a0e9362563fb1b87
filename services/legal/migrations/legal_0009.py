"""Who recorded advice and opened a matter: what an agency recorded itself it goes on seeing."""

import sqlalchemy as sa
from alembic import op

revision = "legal_0009"
down_revision = "legal_0008"
branch_labels = None
depends_on = None

_TABLES = ("advice", "matters")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("recorded_by", sa.Uuid(), nullable=True, comment="null: it was not kept yet"))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "recorded_by")
