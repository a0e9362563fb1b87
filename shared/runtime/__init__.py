"""A service's process: settings, its running parts, and its host.

Names nothing here, and imports nothing: `host.prepare` has to run before any other import.

    settings   what the environment says to a service; `common_settings` is what any process with a
               database has of it, and `process_settings` what any process has
    variables  how a variable is given, itself or as a file
    process    the parts of one service, put together
    topics     what each topic of a service declares, and what the service derives from all
    hooks      what a topic announces to topics above it, in the same transaction
    host/      the only user of eventlet and of nameko's runner
    expiry     what is kept for a time only, and goes by itself
"""

__all__ = ["common_settings", "expiry", "hooks", "host", "process", "process_settings", "topics", "variables"]
