"""For migrations: derive the periods of every case again after a change of the law or of the calculation."""

from alembic import op


def derive_every_case_again() -> None:
    """Set a timer for every case. This release then adopts the case: it stores the new periods and publishes them.

    The timers are due when every replica runs this release. A replica of an older release would use the old
    calculation. It fires none of them, because it has no handler of this name. But it can open a case, and it deletes
    every timer of a case whose person's birth it records. So one more timer is due first, and sets those missing then.
    A store without cases is new, and has nothing to adopt.
    """
    op.execute("""
        insert into timers (owner, name, due_at)
        select owner, name, coalesce((select now from test_clock), now()) + interval '15 minutes'
        from (
            select uuid '5d1f0c36-7c0b-5d0e-8f6e-2f4d8a3b9c17' as owner, 'adopt_every_case' as name, 0 as place
            where exists (select from derivations)
            union all
            select case_id, 'adopt', 1 from derivations
            order by place
        ) due
    """)


def forget_to_derive_again() -> None:
    """Delete the timers that `derive_every_case_again` set."""
    op.execute("delete from timers where name in ('adopt', 'adopt_every_case')")
