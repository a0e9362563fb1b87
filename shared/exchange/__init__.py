"""Reliable exchange of events between services: event logs, broker, feeds and cursors.

Each service's event log is the source of truth. The broker distributes events quickly; followers keep a cursor and read
the feed for anything that the broker did not deliver.

    eventlog, numbering, outgoing, relay, watchdog    from a committed row to the broker
    sealed, broker/                                   encrypted messages; the only code that uses AMQP
    feed                                              HTTP access to a source's log
    cursor, follower/, revocation_marks               consume another service's events in order, exactly once
    holds, interventions, deployed_version            held subjects, operator actions, retries after an upgrade
    rebuild/                                          rebuild a read model next to the live one
    digests, unconfirmed, unproven, forgeries         compare applied events with the feed, report forgeries
    tombstones                                        subjects that were erased here
    last_changes                                      time of a subject's last change
    unlinked                                          events of one transaction that must not be linkable

docs/explanation/reliability.md lists the guarantees and the test of each.
"""

__all__ = [
    "broker",
    "eventlog",
    "feed",
    "follower",
    "holds",
    "last_changes",
    "rebuild",
    "tombstones",
    "unlinked",
    "unproven",
]
