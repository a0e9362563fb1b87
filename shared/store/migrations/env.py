"""Run the migrations of the mechanism and of one service on that service's database (see `shared.store.migration`)."""

from alembic import context

config = context.config
context.configure(connection=config.attributes["connection"], transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
