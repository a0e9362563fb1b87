"""The only code that uses AMQP: topology, confirmed publishing, and the queues of a follower.

This package uses py-amqp through kombu's connection (address, TLS) and connects to one node of a cluster. It pipelines
publisher confirms and matches them by delivery tag, because the library's own wait accepts any confirm that arrives. If
the state of a connection is in doubt, this package closes the socket immediately: a clean close waits for the answer of
a broker that might have stopped reading.
"""

from shared.exchange.broker.agency_queues import (
    BROKER_OF_AGENCIES,
    AgencyMessage,
    AgencyQueues,
    BrokerOfAgencies,
    Depth,
    uri_of_agencies,
)
from shared.exchange.broker.agency_queues import LENGTH as AGENCY_QUEUE_LENGTH
from shared.exchange.broker.agency_queues import VHOST as AGENCIES_VHOST
from shared.exchange.broker.errors import BrokerNacked, BrokerRefused, BrokerUnsure
from shared.exchange.broker.inboxes import Delivery, GuardInbox, Inbox
from shared.exchange.broker.limits import CONNECT_SECONDS
from shared.exchange.broker.link import Link
from shared.exchange.broker.publisher import Message, Publisher

__all__ = [
    "AGENCIES_VHOST",
    "AGENCY_QUEUE_LENGTH",
    "BROKER_OF_AGENCIES",
    "CONNECT_SECONDS",
    "AgencyMessage",
    "AgencyQueues",
    "BrokerNacked",
    "BrokerOfAgencies",
    "BrokerRefused",
    "BrokerUnsure",
    "Delivery",
    "Depth",
    "GuardInbox",
    "Inbox",
    "Link",
    "Message",
    "Publisher",
    "uri_of_agencies",
]
