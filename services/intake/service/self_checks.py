"""Routes for the self-check, open to anybody, and for the accounts that people give."""

from datetime import date
from typing import Any

from services.intake.actions import self_checks
from services.intake.actions.accounts import record_account
from services.intake.schemas.self_checks import CheckSelf, ComeBack, RecordAccount
from shared.deadlines import time_source
from shared.http import Call, Reply, route


def _asks_for_code(body: dict[str, Any]) -> bool:
    """Return whether a request takes a code of the day's supply, so that only those are rate-limited."""
    return bool(body["return_code"])


def _tries_code(_body: dict[str, Any]) -> bool:
    """Return True: every attempt is rate-limited, so that no code can be guessed."""
    return True


class SelfCheckRoutes:
    """Mixin for a service class that has an `edge` and a `process`. The routes open to anybody touch no case."""

    process: Any

    @route("GET", "/v1/self-check", action=None)
    def self_check(self, _call: Call) -> Reply:
        """Return the questions of the self-check, as codes."""
        return Reply(self_checks.questions())

    @route("POST", "/v1/self-checks", action=None, body=CheckSelf, scarce=_asks_for_code)
    def check_self(self, call: Call) -> Reply:
        """Return information by somebody's answers, which are not stored; no verdict."""
        return Reply(self_checks.check_self(call.session, _today(call), self._code_key(), call.body))

    @route("POST", "/v1/self-checks/returns", action=None, body=ComeBack, scarce=_tries_code)
    def come_back(self, call: Call) -> Reply:
        """Return information for a return code, and nothing of what was answered before."""
        return Reply(self_checks.come_back(call.session, _today(call), self._code_key(), call.body))

    @route("POST", "/v1/cases/<uuid:case>/accounts", action="account.record", body=RecordAccount, creates=True)
    def record_account(self, call: Call) -> Reply:
        """Record that the person gave an account; never its content."""
        account_id, version = record_account(call.session, call.now, call.case, call.body)
        return Reply(status=201, created=account_id, version=version)

    def _code_key(self) -> bytes:
        return self_checks.code_key(self.process.settings.signing_key)


def _today(call: Call) -> date:
    today: date = time_source.now(call.session).date()
    return today
