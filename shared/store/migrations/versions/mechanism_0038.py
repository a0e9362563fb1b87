"""Limit the floor of the audit's chain to rows that are chained: the running role cannot switch the chain off."""

from alembic import op

revision = "mechanism_0038"
down_revision = "mechanism_0037"
branch_labels = None
depends_on = None

# The owner can set any floor, for repairs. For the running role, the floor stops before the first unchained row.
# Not an EXISTS: the planner would join the tables and read the whole chain.
# control: H-OPERATION-20 floor-of-chained-rows
_FUNCTION = """
    create function public.audit_floor_is_chained() returns trigger
        language plpgsql
        set search_path to 'pg_catalog'
        as $$
            begin
                if pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'usage') then
                    return new;
                end if;
                new.floor := greatest(old.floor, least(
                    new.floor,
                    (select coalesce(max(number), 0) from public.audit_log),
                    (
                        select logged.number - 1 from public.audit_log logged
                        where logged.number > old.floor and (
                            select chain.place from public.audit_chain chain where chain.number = logged.number
                        ) is null
                        order by logged.number limit 1
                    )
                ));
                return new;
            end $$
"""
_TRIGGER = """
    create trigger is_chained before update on public.audit_chain_head
        for each row execute function public.audit_floor_is_chained()
"""


def upgrade() -> None:
    op.execute(_FUNCTION)
    op.execute("revoke all on function public.audit_floor_is_chained() from public")
    op.execute(_TRIGGER)


def downgrade() -> None:
    op.execute("drop trigger is_chained on public.audit_chain_head")
    op.execute("drop function public.audit_floor_is_chained()")
