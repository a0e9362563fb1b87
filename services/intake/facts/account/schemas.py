"""The commands and views of accounts that a person gave. The fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from services.intake.facts.account import models
from services.intake.facts.case.schemas import RecordFact
from shared.access.declarations import or_null
from shared.access.views import Copied, View, parts
from shared.casework.corrections import Correct
from shared.http import optional


class RecordAccount(RecordFact):
    """An account that a person gave to us or elsewhere, and the reason for asking again if it is not the first."""

    elsewhere: bool = optional(models.Account.elsewhere, default=False)
    reason: str | None = optional(models.Account.reason, default=None)
    given_on: date | None = optional(models.Account.given_on, default=None)


class CorrectAccount(Correct):
    """To whom an account was given, why again, and when. An omitted field stays as it is."""

    elsewhere: bool | None = optional(or_null(models.Account.elsewhere), default=None)
    asked_because: str | None = optional(models.Account.reason, default=None)
    happened: str | None = optional(models.Account.happened, default=None)
    learnt: str | None = optional(models.Account.learnt, default=None)
    given_on: date | None = optional(or_null(models.Account.given_on), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "given_on": "2026-03-02"}


class Account(View, of=models.Account):
    """An account in the case's file, without its content."""


ACCOUNTS: Final = parts(Account, Copied("account"))
