"""What shuts one case of a person shuts those that were merged with it before: repeated there, and told in the log."""

from alembic import op

revision = "intake_0020"
down_revision = "intake_0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Repeat what stands in merged cases; where there is none, the mechanism's tables may not be there yet."""
    if op.get_bind().exec_driver_sql("select 1 from case_merges where unmerged_on is null limit 1").first() is None:
        return
    for table in ("exclusions", "restrictions"):
        # By mechanism_0020, in whichever order the two come.
        op.execute(f"alter table {table} add column if not exists carried_from uuid")
    # Every two different cases of one person.
    op.execute("""
        create temporary table pairs on commit drop as
        with person as (
            select kept_id as kept, alias_id as case_id from case_merges where unmerged_on is null
            union select kept_id, kept_id from case_merges where unmerged_on is null
        )
        select one.case_id as from_case, other.case_id as to_case
        from person one join person other on one.kept = other.kept and one.case_id <> other.case_id
    """)
    # An agency is named by its id since mechanism_0034, in whichever order the two come, and by that in version 2.
    op.execute("""
        with carried as (
            insert into exclusions (id, case_id, kind, member, agency, carried_from)
            select gen_random_uuid(), pairs.to_case, old.kind, old.member, old.agency, old.id
            from pairs join exclusions old on old.case_id = pairs.from_case
            returning id, case_id, kind, member, agency
        )
        insert into event_log (id, subject, name, version, time, correlation, classification, data)
        select gen_random_uuid(), case_id, 'exclusion.recorded',
            case pg_typeof(agency)::text when 'uuid' then 2 else 1 end, now(), gen_random_uuid(), 'case',
            jsonb_build_object('exclusion', id, 'kind', kind, 'member', member, 'agency', agency)
        from carried
    """)
    op.execute("""
        with carried as (
            insert into restrictions (id, case_id, carried_from)
            select gen_random_uuid(), pairs.to_case, old.id
            from pairs join restrictions old on old.case_id = pairs.from_case
            returning id, case_id
        )
        insert into event_log (id, subject, name, version, time, correlation, classification, data)
        select gen_random_uuid(), case_id, 'case.restricted', 1, now(), gen_random_uuid(), 'case',
            jsonb_build_object('request', id)
        from carried
    """)


def downgrade() -> None:
    """Keep what is repeated: it shuts and opens nothing."""
