"""Indexes of grounds by agency, and of agencies by the words of their names."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0016"
down_revision = "partners_0015"
branch_labels = None
depends_on = None

CONCURRENTLY = ("create index concurrently if not exists grounds_agency_until_index on grounds (agency, until)",)
SMALL = ("register_entries",)


def upgrade() -> None:
    op.create_index("grounds_agency_until_index", "grounds", ["agency", "until"], unique=False, if_not_exists=True)
    op.create_index(
        "register_entries_name_index",
        "register_entries",
        [sa.text("to_tsvector('simple'::regconfig, name)")],
        unique=False,
        postgresql_using="gin",
    )


def downgrade() -> None:
    op.drop_index("register_entries_name_index", "register_entries")
    op.drop_index("grounds_agency_until_index", "grounds")
