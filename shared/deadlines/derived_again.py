"""For migrations: derive the periods of every case again after a change of the law or of the calculation."""

from alembic import op

from shared.deadlines.on_timer import SET_TIMERS


def derive_every_case_again() -> None:
    """Set a timer for every case. This release then adopts the case: it stores the new periods and publishes them.

    The timers are due when every replica runs this release. A replica of an older release would use the old
    calculation. It fires none of them, because it has no handler of this name. But it can open a case, and it deletes
    every timer of a case whose person's birth it records. So one more timer is due first, and sets those missing then.
    A store without cases is new, and has nothing to adopt.
    """
    op.execute(SET_TIMERS)


def forget_to_derive_again() -> None:
    """Delete the timers that `derive_every_case_again` set."""
    op.execute("delete from timers where name in ('adopt', 'adopt_every_case')")
