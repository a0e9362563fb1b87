"""For migrations: derive the periods of every case again after a change of the law or of the calculation."""

from alembic import op


def derive_every_case_again() -> None:
    """Set a timer for every case. This release then adopts the case: it stores the new periods and publishes them.

    The timer is due when every replica runs this release. A replica of an older release would use the old calculation.
    It leaves the timer alone, because it has no handler of this name.
    """
    op.execute("""
        insert into timers (owner, name, due_at)
        select case_id, 'adopt', coalesce((select now from test_clock), now()) + interval '15 minutes'
        from derivations
    """)
