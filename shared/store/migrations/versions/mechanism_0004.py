"""The audit log is chained, and can only grow."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0004"
down_revision = "mechanism_0003"
branch_labels = None
depends_on = None

GROWING = ("audit_log", "audit_chain", "audit_checkpoints")


def upgrade() -> None:
    op.create_table(
        "audit_chain",
        sa.Column(
            "place", sa.BigInteger(), autoincrement=False, nullable=False, comment="order of the chain, without gaps"
        ),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="of the row in audit_log"),
        sa.Column("hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the hash before and the row"),
        sa.PrimaryKeyConstraint("place", name=op.f("audit_chain_pkey")),
        sa.UniqueConstraint("number", name=op.f("audit_chain_number_key")),
    )
    op.create_table(
        "audit_chain_head",
        sa.Column("single", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "floor",
            sa.BigInteger(),
            nullable=False,
            comment="every row up to here is chained, or was never committed",
        ),
        sa.CheckConstraint("single = 1", name=op.f("audit_chain_head_single_check")),
        sa.PrimaryKeyConstraint("single", name=op.f("audit_chain_head_pkey")),
    )
    op.create_table(
        "audit_checkpoints",
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "signed",
            sa.Text(),
            nullable=False,
            comment="service, place, hash and instant, as a signed token (JWS)",
        ),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("audit_checkpoints_pkey")),
    )
    op.execute("insert into audit_chain_head (single, floor) values (1, 0)")
    # Revoked from the owner too, who could grant it back but does nothing by mistake; and a trigger, since a superuser
    # is asked for no grant. Who turns both off is found by the chain.
    op.execute("""
        create function audit_only_grows() returns trigger language plpgsql as $$
        begin
            raise exception 'the audit log only grows: % on % is refused', tg_op, tg_table_name
                using errcode = 'insufficient_privilege';
        end $$
    """)
    for table in GROWING:
        op.execute(f"revoke update, delete, truncate on {table} from public, current_user")
        op.execute(f"""
            create trigger only_grows before update or delete or truncate on {table}
            for each statement execute function audit_only_grows()
        """)


def downgrade() -> None:
    for table in GROWING:
        op.execute(f"drop trigger only_grows on {table}")
        op.execute(f"grant update, delete, truncate on {table} to current_user")
    op.execute("drop function audit_only_grows()")
    op.drop_table("audit_checkpoints")
    op.drop_table("audit_chain_head")
    op.drop_table("audit_chain")
