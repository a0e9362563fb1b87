"""What can be wrong with the broker: later, or never."""

from collections.abc import Iterator
from contextlib import contextmanager

import amqp
import kombu.exceptions
from amqp.exceptions import AMQPError


class BrokerUnsure(Exception):
    """The broker did not confirm, or can't be reached: nothing of the batch counts as published."""

    retryable = True


class BrokerNacked(BrokerUnsure):
    """The broker refused at least one event of the batch: a queue that takes no more, or one that lost its leader."""


class BrokerRefused(Exception):
    """The broker refuses for good: a wrong password, a missing virtual host, a queue of another type.

    The message says what it refuses; `remedy` says what to do about it. Neither holds an address or a secret.
    """

    retryable = False

    def __init__(self, reason: str, remedy: str) -> None:
        """Store the reason and its remedy, each a sentence."""
        super().__init__(reason)
        self.remedy = remedy


@contextmanager
def translated(declared: str = "") -> Iterator[None]:
    """Translate the library's errors into two: retry later (`BrokerUnsure`), or refused for good (`BrokerRefused`).

    `declared` is the queue or exchange that is being declared.
    """
    try:
        yield
    except (BrokerRefused, BrokerUnsure):
        raise
    except (amqp.AccessRefused, amqp.NotAllowed, amqp.PreconditionFailed) as error:
        raise _refusal(error, declared) from None
    except (AMQPError, OSError, kombu.exceptions.OperationalError) as error:
        raise BrokerUnsure(type(error).__name__) from None


def _refusal(error: Exception, declared: str) -> BrokerRefused:
    if isinstance(error, amqp.PreconditionFailed):
        # What a queue held is still in the logs: taking it away loses nothing.
        conflict = f"{declared or 'a queue or exchange'} is there already, of another type or with other limits"
        return BrokerRefused(
            conflict, "Find out who declared it, delete it, and start again; the logs bring what was in it"
        )
    if isinstance(error, amqp.NotAllowed):
        conflict = "there is no such virtual host, or the user may not enter it"
        return BrokerRefused(conflict, "Check the virtual host in CASEPATH_AMQP_URI, and the user's permissions in it")
    if declared:
        conflict = f"the user may not declare {declared}"
        return BrokerRefused(conflict, "Give the user of CASEPATH_AMQP_URI permission to configure, write and read")
    return BrokerRefused("the user or the password is wrong", "Check the user and the password in CASEPATH_AMQP_URI")
