"""Facts say when they happened, were learnt and recorded; any record can be put right; a referral has its steps.

A referral that was sent before gets the steps that led to where it stands, as far as that can be told: without times.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "intake_0023"
down_revision = "intake_0021"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_HAPPENED = "an instant, a day, a month, a year, or unknown"
_LEARNT = "an instant, a day, a month, or a year"
_RECORDED_BY = "null: by the system itself"
_FACTS = ("consents", "withdrawal_answers", "sharings", "referrals_in", "referrals", "notifications", "accounts")


def _columns_of_facts() -> list[sa.Column[object]]:
    return [
        sa.Column("happened", sa.String(), nullable=True, comment=_HAPPENED),
        sa.Column("learnt", sa.String(), nullable=True, comment=_LEARNT),
        sa.Column("recorded_at", _MOMENT, nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True, comment=_RECORDED_BY),
        sa.Column("alike", sa.Uuid(), nullable=True),
        *_columns_of_correctable(),
    ]


def _columns_of_correctable() -> list[sa.Column[object]]:
    return [
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("taken_back_at", _MOMENT, nullable=True),
    ]


def upgrade() -> None:
    for table in _FACTS:
        for column in _columns_of_facts():
            op.add_column(table, column)
    for column in (sa.Column("recorded_at", _MOMENT, nullable=True), *_columns_of_correctable()):
        op.add_column("contact_attempts", column)
    for name, kind in (
        ("withdrawal_happened", sa.String()),
        ("withdrawal_learnt", sa.String()),
        ("withdrawal_recorded_at", _MOMENT),
        ("withdrawal_recorded_by", sa.Uuid()),
        ("answer_due_on", sa.Date()),
    ):
        op.add_column("consents", sa.Column(name, kind, nullable=True))
    for name, kind in (
        ("reply_by_at", _MOMENT),
        ("held_because", sa.String()),
        ("held_on", sa.Date()),
        ("came_back_on", sa.Date()),
    ):
        op.add_column("referrals", sa.Column(name, kind, nullable=True))
    op.add_column(
        "corrections", sa.Column("revision", sa.Integer(), nullable=True, comment="null: it was taken to another case")
    )
    op.add_column("corrections", sa.Column("was", postgresql.JSONB(), nullable=True))
    op.add_column("corrections", sa.Column("corrected_at", _MOMENT, nullable=True))
    op.add_column("corrections", sa.Column("corrected_by", sa.Uuid(), nullable=True))
    for table in ("referrals_in", "referrals"):
        op.alter_column(table, "urgent", nullable=True)
    _make_referral_steps()
    bring_over()


def _make_referral_steps() -> None:
    op.create_table(
        "referral_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("reply_by_at", _MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("conditions", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        *_columns_of_facts(),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("referral_steps_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("referral_steps_pkey")),
    )
    op.create_index(op.f("referral_steps_case_id_index"), "referral_steps", ["case_id"])
    op.create_index(op.f("referral_steps_referral_id_index"), "referral_steps", ["referral_id"])


def bring_over() -> None:
    """Store the steps that led to where a referral stands, and what is waited for."""
    # A rejection before its sending was recorded does not exist; what was given up as a draft was never sent.
    op.execute(
        "insert into referral_steps (id, case_id, referral_id, number, agency, step, reply_by, reason, outcome,"
        " conditions, effect)"
        " select gen_random_uuid(), referral.case_id, referral.id,"
        " row_number() over (partition by referral.case_id order by referral.id, led.place), referral.agency, led.step,"
        " case when led.step in ('send', 'wait_list') then referral.reply_by end,"
        " case when led.step = 'reject' then referral.reason end,"
        " case when led.step = 'complete' then referral.outcome end,"
        " case when led.step = 'accept' then referral.conditions else '{}' end, 'taken'"
        " from referrals referral join ("
        # The steps after its sending of a referral in each state, as far as the state tells.
        " values ('received', 1, 'receive'), ('information_requested', 1, 'request_information'),"
        " ('wait_listed', 1, 'wait_list'), ('accepted', 1, 'accept'), ('missed', 1, 'accept'), ('missed', 2, 'miss'),"
        " ('rejected', 1, 'reject'), ('arrived', 1, 'arrive'), ('completed', 1, 'arrive'),"
        " ('completed', 2, 'complete'),"
        " ('revoked', 1, 'revoke'), ('withdrawn', 1, 'withdraw'), ('expired', 1, 'expire')) as led (state, place, step)"
        " on led.state = referral.state"
    )
    op.execute(
        "insert into referral_steps (id, case_id, referral_id, number, agency, step, reply_by, conditions, effect)"
        " select gen_random_uuid(), referral.case_id, referral.id, 0, referral.agency, 'send', referral.reply_by, '{}',"
        " 'taken' from referrals referral where referral.sent_on is not null"
    )
    op.execute("update referrals set came_back_on = reply_by where state = 'expired'")
    op.execute(
        "update consents set answer_due_on = withdrawn_on + 30 where withdrawn_on is not null and not exists ("
        " select from withdrawal_answers answer where answer.consent_id = consents.id) and (erase_requested or exists ("
        " select from referrals sent where sent.case_id = consents.case_id and sent.agency = consents.agency"
        " and sent.sent_on is not null and sent.purpose = any (consents.purposes)))"
    )


def downgrade() -> None:
    op.execute("update referrals set state = 'draft' where state = 'held'")
    op.drop_table("referral_steps")
    for table in ("referrals_in", "referrals"):
        op.execute(f"update {table} set urgent = false where urgent is null")  # noqa: S608 - of the two above
        op.alter_column(table, "urgent", nullable=False)
    for column in ("corrected_by", "corrected_at", "was", "revision"):
        op.drop_column("corrections", column)
    for column in ("came_back_on", "held_on", "held_because", "reply_by_at"):
        op.drop_column("referrals", column)
    for column in (
        *("answer_due_on", "withdrawal_recorded_by", "withdrawal_recorded_at", "withdrawal_learnt"),
        "withdrawal_happened",
    ):
        op.drop_column("consents", column)
    for column in ("taken_back_at", "revision", "recorded_at"):
        op.drop_column("contact_attempts", column)
    for table in _FACTS:
        for column in reversed(_columns_of_facts()):
            op.drop_column(table, column.name)
