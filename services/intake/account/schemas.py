"""Accounts that a person gave: their fields, each declared once, and what is recorded and shown of them."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from services.intake.case.schemas import HAPPENED, LEARNT, RecordedFact, RecordFact
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import Copied, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Count, Day, Flag, Reference
from shared.http import optional
from shared.reference import codes

ACCOUNT = declare(Reference(), FieldClass.ACCOUNT, "The account.")
TIMES = declare(Count(), FieldClass.ACCOUNT, "How often the person has given one, this time included.", example=1)
ELSEWHERE = declare(Flag(), FieldClass.ACCOUNT, "Whether it was given to somebody else than us.")
REASON = declare(nullable(Code(codes("account_reason"))), FieldClass.ACCOUNT, "Why the person was asked once more.")
GIVEN_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was given, today by default.")


class RecordAccount(RecordFact):
    """A person gave an account, to us or elsewhere; if not for the first time, why once more."""

    elsewhere: bool = optional(ELSEWHERE, default=False)
    reason: str | None = optional(REASON, default=None)
    given_on: date | None = optional(GIVEN_ON, default=None)


class CorrectAccount(Correct):
    """To whom an account was really given, why once more, and when; what is left out stays as it is."""

    elsewhere: bool | None = optional(or_null(ELSEWHERE), default=None)
    asked_because: str | None = optional(REASON, default=None)
    happened: str | None = optional(HAPPENED, default=None)
    learnt: str | None = optional(LEARNT, default=None)
    given_on: date | None = optional(or_null(GIVEN_ON), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "given_on": "2026-03-02"}


class Account(RecordedFact):
    """An account as the case shows it; never its content."""

    id = ACCOUNT
    times = TIMES
    elsewhere = ELSEWHERE
    reason = REASON
    given_on = GIVEN_ON


ACCOUNTS: Final = parts(Account, Copied("account"))
