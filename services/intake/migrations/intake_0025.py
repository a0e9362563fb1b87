"""Merges are told to the services: those that stand are known to each of them, so that a person's periods run once."""

from alembic import op

revision = "intake_0025"
down_revision = "intake_0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring over the merges that stand, and tell them in the log."""
    if op.get_bind().exec_driver_sql("select 1 from case_merges where unmerged_on is null limit 1").first() is None:
        return
    # By mechanism_0027, in whichever order the two come.
    op.execute("""
        create table if not exists joined_cases (
            merge uuid constraint joined_cases_pkey primary key, kept uuid not null, alias uuid not null
        )
    """)
    op.execute("comment on column joined_cases.kept is 'the case that stands for the person'")
    op.execute("""
        insert into joined_cases (merge, kept, alias)
        select id, kept_id, alias_id from case_merges where unmerged_on is null on conflict do nothing
    """)
    op.execute("""
        insert into event_log (id, subject, name, version, time, correlation, classification, data)
        select gen_random_uuid(), merge, 'case.merged', 1, now(), gen_random_uuid(), 'inside',
            jsonb_build_object('merge', merge, 'kept', kept, 'alias', alias)
        from joined_cases
    """)


def downgrade() -> None:
    """Keep what was told: a service that does not know it leaves it alone."""
