"""SQLite's index of words is filled many contents at a time

Revision: 0007, after 0006

Within a trigger FTS5 writes a segment of its own for each content: nine tenths of what its words cost. Now
the trigger only numbers it, and `tidings.notifications.findable` indexes the words up to a number that is
kept.
An older version that still runs finds what is new some seconds later, if one of this version runs beside it.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# When the newest contents are removed, their numbers are given again, so the mark steps back with them.
UP = (
    "DROP TRIGGER contents_are_found",
    "DROP TRIGGER contents_are_forgotten",
    "CREATE TABLE content_index (through INTEGER NOT NULL)",
    "INSERT INTO content_index SELECT coalesce(max(number), 0) FROM content_numbers",
    """CREATE TRIGGER contents_are_numbered AFTER INSERT ON contents BEGIN
        INSERT INTO content_numbers (content_id) VALUES (new.id);
    END""",
    """CREATE TRIGGER contents_are_forgotten BEFORE DELETE ON contents BEGIN
        INSERT INTO content_words (content_words, rowid, words)
            SELECT 'delete', number, old.title || char(10) || old.body FROM content_numbers
            WHERE content_id = old.id AND number <= (SELECT through FROM content_index);
        DELETE FROM content_numbers WHERE content_id = old.id;
        UPDATE content_index SET through = (SELECT coalesce(max(number), 0) FROM content_numbers)
            WHERE through > (SELECT coalesce(max(number), 0) FROM content_numbers);
    END""",
)

DOWN = (
    """INSERT INTO content_words (rowid, words) SELECT n.number, c.title || char(10) || c.body
        FROM contents c JOIN content_numbers n ON n.content_id = c.id
        WHERE n.number > (SELECT through FROM content_index)""",
    "DROP TRIGGER contents_are_numbered",
    "DROP TRIGGER contents_are_forgotten",
    "DROP TABLE content_index",
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


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for statement in UP:
            op.execute(statement)


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for statement in DOWN:
            op.execute(statement)
