"""Routes for dependants."""

from typing import Final

from services.support.case.routes import CASE
from services.support.dependant import actions
from shared.http import post

_DEPENDANT: Final = f"{CASE}/dependants/<uuid:dependant>"


ROUTES: Final = (
    post("dependant.record", f"{CASE}/dependants", actions.record_dependant, creates=True, part="dependants"),
    post("dependant.check", f"{_DEPENDANT}/check", actions.check_dependant, creates=True),
    post("dependant.correct", f"{_DEPENDANT}/correction", actions.correct_dependant, creates=True),
)
