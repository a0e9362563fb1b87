"""Support keeps no clocks: what the mechanism kept of starting and stopping them goes."""

from shared.store.contracting import drop_old_clocks, give_back_periods

revision = "support_0007"
down_revision = "support_0006"
branch_labels = None
depends_on = "mechanism_0021"


def upgrade() -> None:
    drop_old_clocks()


def downgrade() -> None:
    give_back_periods()
