"""A service's process: settings, its running parts, and its host.

This module defines and imports nothing, because `host.prepare` has to run before any other import.

    settings   the settings of a service; `common_settings` are those of every process with a
               database, and `process_settings` those of every process
    variables  read a variable directly or from a file
    process    the parts of one service, assembled
    topics     the declarations of each topic of a service, and what the service derives from all
    hooks      what a topic announces to topics above it, in the same transaction
    host/      the only user of eventlet and of nameko's runner
    expiry     delete rows that expire
"""

__all__ = ["common_settings", "expiry", "hooks", "host", "process", "process_settings", "topics", "variables"]
