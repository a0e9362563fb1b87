"""The plays by name: what happens, and what a receiver should do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from deploy.cli.plays.stage import Stage


@dataclass(frozen=True)
class Play:
    """A sequence of steps of a case. `expected`: what the receiver should have done at its end."""

    about: str
    expected: str
    run: Callable[[Stage], None]


def _referral(stage: Stage) -> None:
    stage.open_case()
    stage.consent()
    stage.refer()
    stage.help()


PLAYS: Final[Mapping[str, Play]] = {
    "referral": Play(
        "the person consents, is referred to the agency, and receives help.",
        "store the person under the event's subject, and answer the referral with a report before its reply_by.",
        _referral,
    ),
}
