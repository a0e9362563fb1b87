"""The plays by name: what happens, and what a receiver should do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from deploy.cli.plays.stage import Stage
from shared.reference import JURISDICTIONS


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


def _withdrawal(stage: Stage) -> None:
    stage.open_case()
    consent = stage.consent()
    stage.refer()
    stage.help()
    stage.arrive()
    stage.withdraw(consent)


def _erasure(stage: Stage) -> None:
    _referral(stage)
    stage.arrive()
    stage.erase()


def _redacted(stage: Stage) -> None:
    _referral(stage)
    stage.arrive()
    stage.exclude()


def _correction(stage: Stage) -> None:
    stage.open_case()
    stage.consent()
    service = stage.help()
    stage.arrive()
    stage.correct_help(service, service_type="legal_advice")


def _answer_refused(stage: Stage) -> None:
    stage.open_case()
    stage.consent()
    referral = stage.refer()
    stage.arrive()
    stage.revoke(referral)


def _three_jurisdictions(stage: Stage) -> None:
    for jurisdiction in JURISDICTIONS:
        stage.open_case(jurisdiction)
        stage.consent()
        stage.refer()
        stage.arrive()


PLAYS: Final[Mapping[str, Play]] = {
    "referral": Play(
        "the person consents, is referred to the agency, and receives help.",
        "store the person under the event's subject, and answer the referral with a report before its reply_by.",
        _referral,
    ),
    "withdrawal": Play(
        "the person withdraws the consent and asks for deletion.",
        "stop using the person's data, delete it, and report a withdrawal_answer by the day in answer_by.",
        _withdrawal,
    ),
    "erasure": Play(
        "the case is erased.",
        "delete all data of the person on subject.erased, and continue past redacted positions.",
        _erasure,
    ),
    "redacted": Play(
        "the person excludes the agency, so that earlier positions are redacted.",
        "when you read the stream again from 0: treat position.emptied as a position without an event, and continue.",
        _redacted,
    ),
    "correction": Play(
        "a recorded service is corrected.",
        "replace the value of the earlier event by the value of the later one, and keep one service.",
        _correction,
    ),
    "answer-refused": Play(
        "the sender revokes the referral before it is answered.",
        "stop on referral.revoked; an answer that is sent anyway has no effect, and is not repeated.",
        _answer_refused,
    ),
    "three-jurisdictions": Play(
        "three persons are referred, each under the law of another jurisdiction.",
        "keep three persons apart, and read the jurisdiction from each event.",
        _three_jurisdictions,
    ),
}
