"""An event keeps its position, and is emptied only by a function of the owner's that leaves a tombstone."""

from alembic import op

revision = "mechanism_0017"
down_revision = "mechanism_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # After the row, and only where the condition holds: numbering, which gives rows their first position, pays nothing.
    op.execute("""
        create function event_keeps_position() returns trigger language plpgsql set search_path = pg_catalog as $$
        begin
            raise exception 'an event keeps its position: % of % is refused', tg_op, tg_table_name
                using errcode = 'insufficient_privilege';
        end $$
    """)
    op.execute("""
        create trigger keeps_position after update of position on event_log for each row
        when (old.position is not null) execute function event_keeps_position()
    """)
    # What is about the erasure itself stays: it identifies nobody, and those who follow wait for it.
    op.execute("""
        create function redact_subject(erased uuid, ordered_by uuid, reply text, kept_on text) returns void
        language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
        begin
            insert into public.erased_subjects as present (subject, request, answer, basis)
            values (erased, ordered_by, reply, kept_on)
            on conflict (subject) do update
            set request = excluded.request, answer = excluded.answer, basis = excluded.basis, settled_at = null;
            update public.event_log set data = '{}', classification = 'erased', traceparent = null
            where subject = erased
                and name not in ('erasure.ordered', 'erasure.acknowledged', 'erasure.completed');
        end $$
    """)
    op.execute("revoke all on function event_keeps_position(), redact_subject(uuid, uuid, text, text) from public")


def downgrade() -> None:
    op.execute("drop function redact_subject(uuid, uuid, text, text)")
    op.execute("drop trigger keeps_position on event_log")
    op.execute("drop function event_keeps_position()")
