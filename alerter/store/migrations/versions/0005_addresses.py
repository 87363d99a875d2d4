"""Which address of a receiver taught what is known of its chat; notices and what was told lately are found by index."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('chats', sa.Column('address', sa.Text(), nullable=True))
    op.create_index('notifications_rule', 'notifications', ['rule', 'kind', 'at'])
    op.create_index('deliveries_receiver', 'deliveries', ['receiver', 'delivered_at'])
