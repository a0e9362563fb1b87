"""A broker account cannot fill the memory of followers with a few large messages."""

import amqp
import psutil
import pytest

from tests.kit.private_servers import own_address
from tests.kit.signed_in import signed_in
from tests.security.town import Person, Town

pytestmark = [pytest.mark.security, pytest.mark.integration]
MESSAGES, MESSAGE_BYTES = 40, 15_000_000
#: The growth of a follower in normal operation. Without a limit, 40 such messages increased it to 456 MB.
GROWTH_BYTES = 60_000_000


@pytest.mark.promise("SEC-73", "REL-29", "BROKER-8")
def test_messages_of_15_megabytes_are_refused_and_no_follower_grows(town: Town) -> None:
    Person(town).open_case()
    followers = [psutil.Process(town.site._running[service].pid) for service in ("legal", "support")]
    before = [process.memory_info().rss for process in followers]
    body = b"{" + b" " * MESSAGE_BYTES
    with signed_in(own_address(town.site.amqp_uri, "intake")) as connection:
        refused = sum(1 for _ in range(MESSAGES) if is_refused(connection, body))
    Person(town).open_case()  # messages that follow them arrive
    growth = [process.memory_info().rss - size for process, size in zip(followers, before, strict=True)]
    assert (refused, [size for size in growth if size > GROWTH_BYTES]) == (MESSAGES, [])


def is_refused(connection: amqp.Connection, body: bytes) -> bool:
    # py-amqp opens a channel again after a refusal, and a connection has 16 of them: so each is closed.
    with connection.channel() as channel:
        try:
            channel.basic_publish_confirm(amqp.Message(body), exchange="intake.events", routing_key="case.opened.v1")
        except amqp.PreconditionFailed as refused:
            return "larger than configured max size" in str(refused)
    return False
