"""When sources answered is kept, so that a replay can tell silence from an uneventful night."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "polls",
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("slot", sa.String(27), nullable=False),
        sa.Column("observed", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("source", "slot"),
    )
