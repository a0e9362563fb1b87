"""What a consent is about, if the person named it: claims, types of matter, stages of the criminal proceedings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "intake_0069"
down_revision = "intake_0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("only_remedies", "only_matters", "only_stages"):
        op.add_column("consents", sa.Column(name, postgresql.ARRAY(sa.Text())))


def downgrade() -> None:
    for name in ("only_stages", "only_matters", "only_remedies"):
        op.drop_column("consents", name)
