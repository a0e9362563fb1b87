"""Read the purposes of earlier grounds with a rebuild. Until then they open no single record."""

from alembic import op

revision = "support_0029"
down_revision = "support_0028"
branch_labels = None
depends_on = "mechanism_0039"


def upgrade() -> None:
    op.execute(
        "insert into rebuilds (id, projection, heals, asked_by, state) select gen_random_uuid(), 'agency_grounds', "
        "false, 'support', 'waiting' where exists (select from agency_grounds) on conflict do nothing"
    )


def downgrade() -> None:
    pass
