"""Leases that compare no clocks; what was being sent, by whom; when a wait was set, so that a stepped clock shows."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JOBS = ("tick", "deliver")


def upgrade() -> None:
    # a lease is worth nothing once the daemon that held it has stopped for the upgrade
    op.drop_table('leases')
    leases = op.create_table('leases',
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('holder', sa.Text(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('beat', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.bulk_insert(leases, [{'name': name, 'holder': '', 'epoch': 0, 'beat': 0} for name in JOBS])
    op.add_column('sources', sa.Column('tried_at', sa.String(27), nullable=True))
    op.add_column('deliveries', sa.Column('tried_at', sa.String(27), nullable=True))
    op.add_column('deliveries', sa.Column('epoch', sa.Integer(), nullable=True))
    op.add_column('chats', sa.Column('blocked_at', sa.String(27), nullable=True))
