"""Hooks: followers run in the order of the topics, in the announcing transaction, one level deep."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.orm import Session

from shared.runtime.hooks import Hook, HookMisused
from shared.runtime.topics import Topic, Topics


@dataclass(frozen=True)
class Granted:
    agency: str


class Noted:
    """Records calls under a name."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Session, Granted]] = []

    def under(self, name: str) -> Any:
        return lambda session, payload: self.calls.append((name, session, payload))

    @property
    def names(self) -> list[str]:
        return [name for name, _session, _payload in self.calls]


def topic(name: str, **declared: Any) -> Topic:
    return Topic(f"services.sample.{name}.topic", **declared)


def test_hooks_run_from_the_last_topic_to_the_first_in_the_order_of_declaration() -> None:
    noted, hook = Noted(), Hook[Granted]("granted")
    Topics(
        (topic("top", on_hooks=(hook.then(noted.under("top")),)),),
        (
            topic("left", on_hooks=(hook.then(noted.under("left 1")), hook.then(noted.under("left 2")))),
            topic("right", on_hooks=(hook.then(noted.under("right")),)),
        ),
        (topic("bottom", hooks=(hook,)),),
    )
    hook.announce(Session(), Granted("one"))
    assert noted.names == ["right", "left 1", "left 2", "top"]


def test_a_follower_receives_the_session_and_the_payload_of_the_announcement() -> None:
    noted, hook, session, payload = Noted(), Hook[Granted]("granted"), Session(), Granted("one")
    Topics((topic("top", on_hooks=(hook.then(noted.under("top")),)),), (topic("bottom", hooks=(hook,)),))
    hook.announce(session, payload)
    [(_name, received_session, received_payload)] = noted.calls
    assert received_session is session
    assert received_payload is payload


def test_only_followers_of_the_announced_hook_run() -> None:
    noted, granted, revoked = Noted(), Hook[Granted]("granted"), Hook[Granted]("revoked")
    followers = (granted.then(noted.under("granted")), revoked.then(noted.under("revoked")))
    Topics((topic("top", on_hooks=followers),), (topic("bottom", hooks=(granted, revoked)),))
    revoked.announce(Session(), Granted("one"))
    assert noted.names == ["revoked"]


def test_a_hook_without_followers_can_be_announced() -> None:
    hook = Hook[Granted]("granted")
    Topics((topic("bottom", hooks=(hook,)),))
    hook.announce(Session(), Granted("one"))


def test_a_hook_of_no_service_is_refused_as_its_followers_would_be_skipped() -> None:
    with pytest.raises(HookMisused):
        Hook[Granted]("granted").announce(Session(), Granted("one"))


def test_a_follower_can_not_announce_not_even_another_hook() -> None:
    noted, first, second = Noted(), Hook[Granted]("first"), Hook[Granted]("second")
    nested = (first.then(second.announce), second.then(noted.under("second")))
    Topics((topic("top", on_hooks=nested),), (topic("bottom", hooks=(first, second)),))
    with pytest.raises(HookMisused):
        first.announce(Session(), Granted("one"))
    assert noted.names == []


def test_several_hooks_can_run_in_a_transaction_also_after_a_refusal() -> None:
    noted, refused, hook, session = Noted(), Hook[Granted]("refused"), Hook[Granted]("granted"), Session()

    def refuse(_session: Session, _payload: Granted) -> None:
        raise PermissionError

    followers = (refused.then(refuse), refused.then(noted.under("later")), hook.then(noted.under("granted")))
    Topics((topic("top", on_hooks=followers),), (topic("bottom", hooks=(refused, hook)),))
    with pytest.raises(PermissionError):
        refused.announce(session, Granted("one"))
    hook.announce(session, Granted("one"))
    hook.announce(session, Granted("two"))
    assert noted.names == ["granted", "granted"]


def test_a_follower_of_a_hook_that_no_topic_declares_is_refused() -> None:
    hook = Hook[Granted]("granted")
    with pytest.raises(HookMisused):
        Topics((topic("top", on_hooks=(hook.then(Noted().under("top")),)),))


def test_a_hook_that_two_topics_declare_is_refused() -> None:
    hook = Hook[Granted]("granted")
    with pytest.raises(HookMisused):
        Topics((topic("top", hooks=(hook,)),), (topic("bottom", hooks=(hook,)),))
