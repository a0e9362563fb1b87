"""On which grounds agencies may have something of a person is built from intake's log: none were kept so far."""

from alembic import op

from shared.store.building import build

revision = "support_0009"
down_revision = "support_0008"
branch_labels = None
depends_on = "mechanism_0035"


def upgrade() -> None:
    build(op.get_bind(), "agency_grounds", by=revision)


def downgrade() -> None:
    pass
