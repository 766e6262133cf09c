"""broadcasts said once, and taken into each inbox when it is next touched

Revision: 0003, after 0002
"""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notification_id", sa.String(), nullable=False),
        sa.Column("content_id", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_broadcasts_notification_id", "broadcasts", ["notification_id"], unique=False)
    op.create_index("ix_broadcasts_content_id", "broadcasts", ["content_id"], unique=False)
    op.add_column("lives", sa.Column("told", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("inboxes", sa.Column("settled", sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("inboxes", "settled")
    op.drop_column("lives", "told")
    op.drop_table("broadcasts")
