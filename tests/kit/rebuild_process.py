"""A separate process that rebuilds a service's projections, and that a test can kill: `source target service`."""

import os
import sys
from importlib import import_module

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.exchange import rebuild
from shared.exchange.follower.apply import Application
from shared.exchange.rebuild import Rebuilder
from shared.store.database import Database, engine_for
from tests.kit.logfeed import LogFeed

if __name__ == "__main__":
    source, target, service = sys.argv[1:]
    rebuild.POLL_SECONDS = 0.05
    following = import_module(f"services.{service}.service").PARTS.following
    database = Database(engine_for(target))
    database.provide(TIME_SOURCE, TimeSource(movable=True))
    application = Application(database, following)
    Rebuilder(database, following, application, LogFeed(Database(engine_for(source))), target).run()
