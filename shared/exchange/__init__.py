"""The reliable exchange: each service's log is the truth, the broker brings it to the others, followers keep a cursor.

    eventlog, numbering, outgoing, relay, watchdog    from a committed row to the broker
    sealed, broker/                                   what the broker carries is sealed; the only user of AMQP
    feed                                              a source's log, read over HTTP
    cursor, follower/, revocation_marks               taking in what another service did, in order, once
    holds, interventions, deployed_version            what waits, and what operators and a new release do about it
    rebuild/                                          a read model made anew beside the live one
    digests, unconfirmed, forgeries                   what was believed, and what the feed says of it
    tombstones                                        subjects that were erased here
    last_changes                                      when a subject last changed
    unlinked                                          events of one transaction that nobody may connect

What is guaranteed, and the test of each promise, is in docs/explanation/reliability.md.
"""

__all__ = ["broker", "eventlog", "feed", "follower", "holds", "last_changes", "tombstones", "unlinked"]
