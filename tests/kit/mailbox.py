"""A mail server on loopback that stores what it receives."""

import email
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller

from deploy.cli.servers import free_ports
from tests.kit.waiting import PATIENCE


@dataclass
class Mailbox:
    """The received messages; `answer` is the server's response to each message."""

    port: int = 0
    answer: str = "250 Ok"
    messages: list[Message] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        """Store a message."""
        if self.answer.startswith("250"):
            self.messages.append(email.message_from_bytes(envelope.content))
        return self.answer


@contextmanager
def receiving_mail() -> Iterator[Mailbox]:
    """Run a mail server without TLS until the block ends."""
    mailbox = Mailbox()
    [mailbox.port] = free_ports(1)
    controller: Any = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, ready_timeout=PATIENCE)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
