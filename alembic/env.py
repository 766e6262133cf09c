"""How Alembic reaches the database: by the same engine as the app, with the tables of all rooms.

Called by the `alembic` command and by tidings.database.migrate.
"""

from sqlmodel import SQLModel

import tidings.accounts.tables
import tidings.notifications.tables  # noqa: F401  # importing it declares the tables
from alembic import context
from tidings.database.engine import open_engine
from tidings.settings import read_settings

url = context.config.attributes.get("database_url") or read_settings().database_url
engine = open_engine(url, writing=True)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=connection.dialect.name == "sqlite",  # SQLite alters a table by copying it
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
