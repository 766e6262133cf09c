"""audit log; keys that may reach only some recipients or topics

Revision: 0002, after 0001
"""

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    row_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts only in an INTEGER
    op.create_table(
        "audit_entries",
        sa.Column("id", row_number, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("actor_kind", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("actor_id", sa.String(36), nullable=True),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("target_id", sa.String(36), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"], unique=False)
    op.add_column("api_keys", sa.Column("recipients", sa.Text(), nullable=True))
    op.add_column("api_keys", sa.Column("topics", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("api_keys", "topics")
    op.drop_column("api_keys", "recipients")
    op.drop_table("audit_entries")
