"""full text search in contents; the views of what was put away

Revision: 0005, after 0004

The index is kept by the database: by triggers in SQLite, as the index of a function in PostgreSQL. So an
older version that still runs beside this one fills it, too, without knowing of it.
"""

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# FTS5 numbers its rows; contents have ids, and what SQLite calls their rowid may change in a VACUUM.
# The words are stored nowhere twice: the index has no copy of the text, and is told it again to forget it.
SQLITE = (
    "CREATE TABLE content_numbers (number INTEGER PRIMARY KEY, content_id VARCHAR NOT NULL UNIQUE)",
    """CREATE VIRTUAL TABLE content_words USING fts5(
        words, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2')""",
    "INSERT INTO content_numbers (content_id) SELECT id FROM contents ORDER BY published_at, id",
    """INSERT INTO content_words (rowid, words) SELECT n.number, c.title || char(10) || c.body
        FROM contents c JOIN content_numbers n ON n.content_id = c.id""",
    """CREATE TRIGGER contents_are_found AFTER INSERT ON contents BEGIN
        INSERT INTO content_numbers (content_id) VALUES (new.id);
        INSERT INTO content_words (rowid, words)
            SELECT number, new.title || char(10) || new.body FROM content_numbers WHERE content_id = new.id;
    END""",
    """CREATE TRIGGER contents_are_forgotten BEFORE DELETE ON contents BEGIN
        INSERT INTO content_words (content_words, rowid, words)
            SELECT 'delete', number, old.title || char(10) || old.body FROM content_numbers
            WHERE content_id = old.id;
        DELETE FROM content_numbers WHERE content_id = old.id;
    END""",
)

# What stands between words is blanked first: PostgreSQL's parser would keep a host or a path as one word.
POSTGRESQL = (
    r"""CREATE FUNCTION words_of(title text, body text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT to_tsvector('pg_catalog.simple', regexp_replace(
            normalize(regexp_replace(normalize(title || ' ' || body, NFD), '[\u0300-\u036f]', '', 'g'), NFC),
            '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f]+', ' ', 'g')) $$""",
    "CREATE INDEX contents_words ON contents USING gin (words_of(title, body))",
)

VIEWS = {"deliveries_archived": "archived_at IS NOT NULL", "deliveries_put_off": "snoozed_until IS NOT NULL"}


def upgrade() -> None:
    engine = op.get_context().dialect.name
    for statement in SQLITE if engine == "sqlite" else POSTGRESQL:
        op.execute(sa.text(statement.replace(":", r"\:")))
    for name, which in VIEWS.items():
        where = sa.text(which)
        op.create_index(
            name, "deliveries", ["user_id", "seq"], unique=False, sqlite_where=where, postgresql_where=where
        )


def downgrade() -> None:
    for name in VIEWS:
        op.drop_index(name, table_name="deliveries")
    if op.get_context().dialect.name == "sqlite":
        for trigger in ("contents_are_forgotten", "contents_are_found"):
            op.execute(f"DROP TRIGGER {trigger}")
        for table in ("content_words", "content_numbers"):
            op.execute(f"DROP TABLE {table}")
    else:
        op.execute("DROP INDEX contents_words")
        op.execute("DROP FUNCTION words_of(text, text)")
