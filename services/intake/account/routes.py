"""Routes for accounts that a person gave."""

from typing import Final

from services.intake.account import actions
from services.intake.case.routes import CASE
from shared.http import post

ROUTES: Final = (
    post("account.record", f"{CASE}/accounts", actions.record_account, creates=True, part="accounts"),
    post("account.record", f"{CASE}/accounts/<uuid:account>/correction", actions.correct_account, creates=True),
)
