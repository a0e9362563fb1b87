"""For migrations: derive the periods of every case again after a change of the law or of the calculation."""

from typing import Final

from alembic import op

#: After this time every replica runs the new release. A replica of the old release would use the old calculation.
_WAIT: Final = "15 minutes"
#: Cases that an older migration adopts are derived by their own timer.
_DERIVED: Final = "select case_id from derivations where not adopting"


def derive_every_case_again() -> None:
    """Set a timer for every case. The new periods are then stored, and each difference is published."""
    op.execute(f"delete from timers where name = 'derive' and owner in ({_DERIVED})")  # noqa: S608 - its own text
    now = "coalesce((select now from test_clock), now())"
    op.execute(
        f"insert into timers (owner, name, due_at) select case_id, 'derive', {now} + interval '{_WAIT}'"  # noqa: S608
        f" from ({_DERIVED}) as derived"
    )
