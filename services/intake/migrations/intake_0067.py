"""The files that a legal hold needs. Earlier holds keep what they kept: the legal file."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "intake_0067"
down_revision = "intake_0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("legal_holds", sa.Column("scope", ARRAY(sa.Text()), nullable=False, server_default="{legal_file}"))


def downgrade() -> None:
    op.drop_column("legal_holds", "scope")
