"""The explanation of a deadline, from the services' answers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.web.upstream.client import Answer


@dataclass(frozen=True)
class Found:
    """The explanation, None if no service has one; `is_away`: a service that may have it did not answer."""

    explanation: Mapping[str, Any] | None
    is_away: bool


def found_in(answers: Mapping[str, Answer]) -> Found:
    """Return the explanation of the one service that keeps the deadline."""
    good = [answer.document for answer in answers.values() if answer.is_good]
    return Found(good[0] if good else None, any(answer.is_missing for answer in answers.values()))
