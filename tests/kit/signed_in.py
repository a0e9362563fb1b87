"""A bare connection to a broker, for any account."""

from urllib.parse import urlsplit

import amqp


def signed_in(uri: str) -> amqp.Connection:
    """Connect with an account. Raises the library's error if the broker refuses."""
    parts = urlsplit(uri)
    connection = amqp.Connection(
        f"{parts.hostname}:{parts.port}", parts.username, parts.password, virtual_host=parts.path[1:], read_timeout=10
    )
    connection.connect()
    return connection
