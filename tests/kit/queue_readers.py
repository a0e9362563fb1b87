"""Agencies that read their queues at a private broker."""

from dataclasses import dataclass
from uuid import UUID

import amqp

from services.partners.channels.broker_queue.actions import opening
from shared.access import agency_keys
from tests.kit.agency_queues import AgencyBroker, taken
from tests.kit.told_agencies import Told, ToldAgency
from tests.kit.waiting import wait_until


@dataclass
class Reader:
    """An agency that receives events, and reads its queue."""

    told: Told
    agency: ToldAgency
    broker: AgencyBroker

    def __post_init__(self) -> None:
        self.told.operator.told("POST", f"{self.path}")

    @property
    def path(self) -> str:
        return f"/v1/agencies/{self.agency.id}/broker-queue"

    @property
    def shown(self) -> dict[str, object]:
        return self.told.operator.told("GET", self.path)

    def connected(self) -> amqp.Connection:
        presented = agency_keys.read(self.agency.key)
        assert presented is not None
        return self.broker.signed_in(str(presented.id), self.agency.key)

    def wait_for(self, sequence: int) -> None:
        wait_until(lambda: self.shown["sequence"] == sequence, f"up to {sequence} is confirmed")

    def waits(self) -> bool:
        with self.told.partners.database.transaction() as session:
            return opening.waits_for_purge(session, UUID(self.agency.id))

    def read(self) -> list[bytes]:
        connection, queue = self.connected(), str(self.shown["queue"])
        wait_until(lambda: is_there(connection, queue), "the queue is there")
        messages = taken(connection, queue)
        connection.close()
        return [bytes(message.body) for message in messages]


def is_there(connection: amqp.Connection, queue: str) -> bool:
    try:
        connection.channel().queue_declare(queue, passive=True)
    except amqp.NotFound:
        return False
    return True
