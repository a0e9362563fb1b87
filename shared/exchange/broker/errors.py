"""Errors of the broker: temporary (retry later) or permanent (an operator must act)."""

from collections.abc import Iterator
from contextlib import contextmanager

import amqp
import kombu.exceptions
from amqp.exceptions import AMQPError

#: The setting that contains the broker's address and account.
VARIABLE = "CASEPATH_<SERVICE>_AMQP_URI"


class BrokerUnsure(Exception):
    """The broker did not confirm or cannot be reached: treat the whole batch as unpublished."""

    retryable = True


class BrokerNacked(BrokerUnsure):
    """The broker refused at least one event of the batch: a queue is full, or has lost its leader."""


class BrokerRefused(Exception):
    """The broker refuses permanently: a wrong password, a missing virtual host, a queue of another type.

    The message states what the broker refuses; `remedy` states what the operator can do about it. Neither contains an
    address or a secret.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        """Store the reason and its remedy, each a sentence."""
        super().__init__(reason)
        self.remedy = remedy


@contextmanager
def translated(name: str = "", doing: str = "declare") -> Iterator[None]:
    """Translate library errors into `BrokerUnsure` (retry later) or `BrokerRefused` (permanent).

    `name` is the queue or exchange in use. `doing` is the operation that the account needs a permission for: declare or
    read.
    """
    try:
        yield
    except (BrokerRefused, BrokerUnsure):
        raise
    except (amqp.AccessRefused, amqp.NotAllowed, amqp.PreconditionFailed) as error:
        raise _refusal(error, name, doing) from None
    except (AMQPError, OSError, kombu.exceptions.OperationalError) as error:
        raise BrokerUnsure(type(error).__name__) from None


def _refusal(error: Exception, name: str, doing: str) -> BrokerRefused:
    if isinstance(error, amqp.PreconditionFailed):
        return _precondition(str(error), name)
    if isinstance(error, amqp.NotAllowed):
        conflict = "there is no such virtual host, or the user may not enter it"
        return BrokerRefused(conflict, f"Check the virtual host in {VARIABLE}, and the user's permissions in it")
    if name:
        return BrokerRefused(
            f"the user may not {doing} {name}",
            f"Give the user of {VARIABLE} the permissions of docs/guides/operate/broker-accounts.md",
        )
    return BrokerRefused("the user or the password is wrong", f"Check the user and the password in {VARIABLE}")


def _precondition(reason: str, name: str) -> BrokerRefused:
    if "larger than" in reason:
        return BrokerRefused(
            "it takes no message as large as ours", "Set max_message_size = 131072 in the broker's configuration"
        )
    # Deleting the queue loses nothing: the logs still contain its events.
    conflict = f"{name or 'a queue or exchange'} is there already, of another type or with other limits"
    return BrokerRefused(
        conflict, "Find out who declared it, delete it, and start again; the logs bring what was in it"
    )
