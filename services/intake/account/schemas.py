"""Accounts that a person gave: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date
from typing import Final

from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, parts
from shared.events.contract import Code, Count, Day, Flag, Reference
from shared.http import Command, optional
from shared.reference import codes

ACCOUNT = declare(Reference(), FieldClass.ACCOUNT, "The account.")
TIMES = declare(Count(), FieldClass.ACCOUNT, "How often the person has given one, this time included.", example=1)
ELSEWHERE = declare(Flag(), FieldClass.ACCOUNT, "Whether it was given to somebody else than us.")
REASON = declare(nullable(Code(codes("account_reason"))), FieldClass.ACCOUNT, "Why the person was asked once more.")
GIVEN_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was given, today by default.")


class RecordAccount(Command):
    """A person gave an account, to us or elsewhere; if not for the first time, why once more."""

    elsewhere: bool = optional(ELSEWHERE, default=False)
    reason: str | None = optional(REASON, default=None)
    given_on: date | None = optional(GIVEN_ON, default=None)


class Account(View):
    """An account as the case shows it; never its content."""

    id = ACCOUNT
    times = TIMES
    elsewhere = ELSEWHERE
    reason = REASON
    given_on = GIVEN_ON


ACCOUNTS: Final = parts(Account, Copied("account"))
