"""The only user of AMQP: topology, confirmed publishing, and the queues of a following service.

py-amqp is used through kombu's connection (address, TLS); of a cluster's nodes one is taken. Confirms are pipelined
and matched by tag here, since the library's own waiting takes the next confirm that comes for the one it waits for.
A connection in any doubt is closed hard: a polite close waits for the answer of a broker that may have stopped reading.
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
