"""How Alembic reaches the database: by the same engine as the app, with the tables of all rooms.

Called by the `alembic` command and by tidings.database.migrate.
"""

from importlib import import_module

from sqlalchemy import text
from sqlmodel import SQLModel

from alembic import context
from tidings.database.doorbell import TURN
from tidings.database.engine import open_engine
from tidings.notifications.search import is_of_a_model
from tidings.settings import read_settings

for room in ("accounts", "audit", "notifications", "preferences"):
    import_module(f"tidings.{room}.tables")  # which declares them

url = context.config.attributes.get("database_url") or read_settings().database_url
engine = open_engine(url, writing=True, patient=True)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_name=is_of_a_model,
        transactional_ddl=True,  # true of SQLite too: a start that is killed half-way leaves nothing
        render_as_batch=connection.dialect.name == "sqlite",  # SQLite alters a table by copying it
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({TURN})"))
        context.run_migrations()
engine.dispose()
