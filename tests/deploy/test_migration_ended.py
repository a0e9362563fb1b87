"""The report about a failed migration: a killed process could not report the failure itself."""

import signal

from deploy.cli.migration import why_ended


def test_one_that_was_killed_is_said_to_have_been_and_why_that_may_be() -> None:
    assert "SIGKILL" in why_ended(-signal.SIGKILL, "")
    assert "SIGTERM" in why_ended(-signal.SIGTERM, "")


def test_one_that_complained_is_quoted() -> None:
    assert "no such role" in why_ended(1, "psycopg.errors.UndefinedObject: no such role\n")
