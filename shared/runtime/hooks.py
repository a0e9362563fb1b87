"""In-process hooks: a topic announces what happened, and topics above it act in the same transaction.

    # hooks.py of the topic that announces, with the payload as a frozen class
    GRANTED: Final = Hook[Coverage]("coverage.granted")
    # topic.py of the same topic
    TOPIC: Final = Topic(__name__, hooks=(hooks.GRANTED,))
    # its actions
    hooks.GRANTED.announce(session, Coverage(case, agency, now))
    # topic.py of a topic above that acts
    TOPIC: Final = Topic(__name__, on_hooks=(GRANTED.then(actions.send_waiting),))

`Topics` assembles the hooks of a service: the followers of a hook run in the reverse order of the topics, from the
bottom up, and those of one topic as listed. A refusal of a follower refuses the whole request. A follower can't
announce: hooks are one level deep, so the owner of a hook and its followers are everything that happens. Inside one
topic, call the function instead.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeAlias, TypeVar

from sqlalchemy.orm import Session

from shared.store.context import ContextKey

Payload = TypeVar("Payload")
Act: TypeAlias = Callable[[Session, Payload], object]
#: The hook whose followers run in this transaction.
_RUNNING: Final[ContextKey[str]] = ContextKey("running hook")


class HookMisused(RuntimeError):
    """A hook is announced or assembled wrongly: a fault of the code, and never of a request."""


@dataclass(frozen=True)
class Follower:
    """A function that runs when a hook is announced. `Hook.then` makes it, and checks its type."""

    hook: "Hook[Any]"
    act: Act[Any]


class Hook(Generic[Payload]):
    """A point at which topics above may act. `name` appears in errors."""

    def __init__(self, name: str) -> None:
        """Make a hook that no service has assembled yet."""
        self.name: Final = name
        self._acts: tuple[Act[Payload], ...] | None = None

    def then(self, act: Act[Payload]) -> Follower:
        """Return a follower, to be declared in `on_hooks` of its topic."""
        return Follower(self, act)

    def assemble(self, followers: Iterable[Follower]) -> None:
        """Set the followers, in their order. Raises `HookMisused` if it has been done."""
        if self._acts is not None:
            raise HookMisused(f"The hook {self.name} is declared by two services or topics.")
        self._acts = tuple(follower.act for follower in followers)

    def announce(self, session: Session, payload: Payload) -> None:
        """Run the followers in their order, in this transaction.

        Raises `HookMisused` if no service is assembled, because the followers would be skipped, and if a follower
        announces.
        """
        if self._acts is None:
            raise HookMisused(f"No service has assembled the hook {self.name}. Import the service first.")
        running = _RUNNING.find(session)
        if running is not None:
            raise HookMisused(f"A follower of the hook {running} announces {self.name}. Hooks are one level deep.")
        _RUNNING.put(session, self.name)
        try:
            for act in self._acts:
                act(session, payload)
        finally:
            _RUNNING.drop(session)


def assemble(hooks: Iterable[Hook[Any]], followers: Iterable[Follower]) -> None:
    """Assemble the hooks of a service. Raises `HookMisused`, also for a follower of a hook that no topic declares."""
    declared, waiting = tuple(hooks), tuple(followers)
    unknown = sorted({follower.hook.name for follower in waiting if follower.hook not in declared})
    if unknown:
        raise HookMisused(f"No topic declares the hook {', '.join(unknown)} in its `hooks`.")
    for hook in declared:
        hook.assemble(follower for follower in waiting if follower.hook is hook)
