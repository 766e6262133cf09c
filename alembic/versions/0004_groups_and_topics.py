"""groups, topics that are there without a follower, and what somebody sent in order

Revision: 0004, after 0003
"""

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "groups",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name_key"),
    )
    op.create_table(
        "group_members",
        sa.Column("group_id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "user_id"),
    )
    op.create_index("ix_group_members_user_id", "group_members", ["user_id"], unique=False)
    op.create_table(
        "topics", sa.Column("topic", sa.String(), nullable=False), sa.PrimaryKeyConstraint("topic")
    )
    op.execute("INSERT INTO topics (topic) SELECT DISTINCT topic FROM followers")
    op.create_index("contents_by_scope", "contents", ["scope", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("contents_by_scope", "contents")
    op.drop_table("topics")
    op.drop_table("group_members")
    op.drop_table("groups")
