"""The purposes of a ground, the data categories that it names, and what the person named in a consent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "mechanism_0039"
down_revision = "mechanism_0038"
branch_labels = None
depends_on = None

_COMMENTS = {
    "purposes": "null: not known, from before this release; it opens no single record",
    "named_categories": "the data categories that it names, to open single records",
}
_COLUMNS = (*_COMMENTS, "only_remedies", "only_matters", "only_stages")


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("agency_grounds", sa.Column(name, postgresql.ARRAY(sa.Text()), comment=_COMMENTS.get(name)))


def downgrade() -> None:
    for name in reversed(_COLUMNS):
        op.drop_column("agency_grounds", name)
