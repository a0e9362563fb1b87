"""Every case is derived once; what started and stopped clocks before is no longer kept."""

from shared.store.contracting import bring_over_periods, give_back_periods

revision = "legal_0007"
down_revision = "legal_0006"
branch_labels = None
depends_on = "mechanism_0021"


#: Each case is derived when intake has answered for its birth (legal_0005), with the facts built again by then, or else
#: after this: without the person's age each limit would be doubtful first, and over once more a little later.
AT_THE_LATEST = "1 hour"


def upgrade() -> None:
    bring_over_periods(wait=AT_THE_LATEST)


def downgrade() -> None:
    give_back_periods()
