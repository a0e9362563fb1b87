"""Sessions, and sign-ins that were begun."""

import sqlalchemy as sa
from alembic import op

revision = "web_0001"
down_revision = None
branch_labels = ("web",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("cookie_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the cookie"),
        sa.Column("id", sa.Uuid(), nullable=False, comment="what the sealed tokens are bound to"),
        sa.Column("person", sa.LargeBinary(), nullable=False, comment="keyed digest of issuer and subject"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="the tokens, under a key of the ring"),
        sa.Column("ring_key", sa.Text(), nullable=False, comment="the name of that key"),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="of the person's last request"),
        sa.PrimaryKeyConstraint("cookie_hash", name=op.f("sessions_pkey")),
    )
    op.create_index("sessions_person_index", "sessions", ["person"])
    op.create_index("sessions_seen_at_index", "sessions", ["seen_at"])
    op.create_table(
        "sign_ins",
        sa.Column("cookie_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the cookie"),
        sa.Column("id", sa.Uuid(), nullable=False, comment="what the sealed values are bound to"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="state, nonce and verifier of the code flow"),
        sa.Column("ring_key", sa.Text(), nullable=False, comment="the name of that key"),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cookie_hash", name=op.f("sign_ins_pkey")),
    )
    op.create_index("sign_ins_began_at_index", "sign_ins", ["began_at"])


def downgrade() -> None:
    op.drop_table("sign_ins")
    op.drop_table("sessions")
