"""What is due wherever it is kept, what was seen to, and each case's short number."""

import secrets

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

revision = "intake_0027"
down_revision = "intake_0026"
branch_labels = None
depends_on = None

#: As `case_number.rules` has them in this release.
_SYMBOLS = "34679ACDEFGHJKMNPQRTWXY"
_AT_ONCE = 5_000


def upgrade() -> None:
    _create_due()
    op.create_table(
        "consent_asked_anew",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("consent_asked_anew_case_id_fkey")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("consent_asked_anew_pkey")),
    )
    op.add_column("cases", sa.Column("closed_although", sa.String(), nullable=True))
    comment = "short, to be said aloud; in no event, address or log"
    op.add_column("cases", sa.Column("number", sa.String(), nullable=True, comment=comment))
    _number_the_cases()
    op.alter_column("cases", "number", nullable=False)
    op.create_unique_constraint(op.f("cases_number_key"), "cases", ["number"])


def _create_due() -> None:
    op.create_table(
        "heard_due",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False, comment="which of its kind: an id, or a code"),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True, comment="of a period, a need, or what is reviewed"),
        sa.Column("kind", sa.String(), nullable=True, comment="of a period"),
        sa.Column("reference", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("other_due_on", sa.Date(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=True),
        sa.Column("doubts", ARRAY(TEXT()), nullable=False),
        sa.Column("birthday", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "what", "key", name=op.f("heard_due_pkey")),
    )
    op.create_index("heard_due_listed_index", "heard_due", ["case_id"], postgresql_where="listed")
    op.create_table(
        "due_seen_to",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Uuid(), nullable=False, comment="the period"),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "reference", name=op.f("due_seen_to_pkey")),
    )


def _number_the_cases() -> None:
    """Store a number of its own for each case."""
    connection = op.get_bind()
    given: set[str] = set()
    page = sa.text("select id from cases where number is null limit :most")
    while cases := connection.execute(page, {"most": _AT_ONCE}).all():
        numbers: list[str] = []
        while len(numbers) < len(cases):
            number = _new_number()
            if number not in given:
                given.add(number)
                numbers.append(number)
        connection.execute(
            sa.text("update cases set number = :number where id = :case"),
            [{"number": number, "case": case.id} for number, case in zip(numbers, cases, strict=True)],
        )


def _new_number() -> str:
    drawn = "".join(secrets.choice(_SYMBOLS) for _ in range(7))
    weighed = sum(place * _SYMBOLS.index(symbol) for place, symbol in enumerate(drawn, start=2))
    return drawn + _SYMBOLS[-weighed % len(_SYMBOLS)]


def downgrade() -> None:
    op.drop_constraint(op.f("cases_number_key"), "cases")
    op.drop_column("cases", "number")
    op.drop_column("cases", "closed_although")
    op.drop_table("consent_asked_anew")
    op.drop_table("due_seen_to")
    op.drop_table("heard_due")
