"""Alembic's entry: upgrades run on the connection that the daemon already holds."""

from alembic import context

from alerter.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
