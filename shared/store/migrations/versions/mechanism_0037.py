"""Derive the periods of joined cases again: what is stored of a case follows from its own facts only from now on.

The services of the earlier release may still run beside this migration. They would derive the cases together once more,
so the timers wait until they have been replaced.
"""

from alembic import op

revision = "mechanism_0037"
down_revision = "mechanism_0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Wake each joined case that has periods here; what is long past is not announced (`derivations.adopting`)."""
    op.execute(
        "update derivations set adopting = true "
        "where exists (select from joined_cases where derivations.case_id in (kept, alias))"
    )
    op.execute(
        "delete from timers where name = 'derive' "
        "and exists (select from joined_cases where timers.owner in (kept, alias))"
    )
    op.execute(
        "insert into timers (owner, name, due_at) "
        "select case_id, 'derive', coalesce((select now from test_clock), now()) + interval '15 minutes' "
        "from derivations where exists (select from joined_cases where derivations.case_id in (kept, alias))"
    )


def downgrade() -> None:
    """Wake them as well: the earlier release derives them together."""
    upgrade()
