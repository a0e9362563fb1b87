"""The event contract: what an event is on the wire, and what a service declares that it emits and reads.

    envelope   CloudEvents: an event, an announcement, their ids, encoding and decoding
    bounded    lists and maps whose length is checked first
    contract   kinds of fields, event types, what a service emits and what it reads of others

Nothing here knows a database or a broker.
"""

__all__ = ["bounded", "contract", "envelope"]
