"""A bare connection to a broker, as anybody who holds an account there can open one."""

from urllib.parse import urlsplit

import amqp


def signed_in(uri: str) -> amqp.Connection:
    """Connect with an account; raises what the library raises where it is refused."""
    parts = urlsplit(uri)
    connection = amqp.Connection(
        f"{parts.hostname}:{parts.port}", parts.username, parts.password, virtual_host=parts.path[1:], read_timeout=10
    )
    connection.connect()
    return connection
