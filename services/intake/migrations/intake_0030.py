"""Every case is derived once; what started and stopped clocks before is no longer kept."""

from shared.store.contracting import bring_over_periods, give_back_periods

revision = "intake_0030"
down_revision = "intake_0027"
branch_labels = None
depends_on = "mechanism_0021"


def upgrade() -> None:
    bring_over_periods()


def downgrade() -> None:
    give_back_periods()
