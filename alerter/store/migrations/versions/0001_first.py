"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('alerts',
    sa.Column('rule', sa.String(length=100), nullable=False),
    sa.Column('region', sa.String(length=20), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('rule', 'region')
    )
    op.create_table('chats',
    sa.Column('receiver', sa.String(length=100), nullable=False),
    sa.Column('blocked_until', sa.String(27), nullable=True),
    sa.Column('moved_to', sa.Text(), nullable=True),
    sa.Column('disabled', sa.Boolean(), nullable=False),
    sa.Column('why', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('receiver')
    )
    op.create_table('deliveries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('notification', sa.Integer(), nullable=False),
    sa.Column('receiver', sa.String(length=100), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('uncertain', sa.Integer(), nullable=False),
    sa.Column('next_attempt', sa.String(27), nullable=False),
    sa.Column('expires', sa.String(27), nullable=False),
    sa.Column('message', sa.Integer(), nullable=True),
    sa.Column('delivered_at', sa.String(27), nullable=True),
    sa.Column('why', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('notification', 'receiver')
    )
    op.create_index('deliveries_due', 'deliveries', ['state', 'next_attempt'], unique=False)
    op.create_table('forecasts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('provider', sa.String(length=100), nullable=False),
    sa.Column('region', sa.String(length=20), nullable=False),
    sa.Column('point', sa.String(length=100), nullable=False),
    sa.Column('start', sa.String(27), nullable=False),
    sa.Column('issued', sa.String(27), nullable=True),
    sa.Column('observed', sa.String(27), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('forecasts_region', 'forecasts', ['region', 'provider', 'point', 'observed'], unique=False)
    op.create_table('items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=100), nullable=False),
    sa.Column('guid', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('published', sa.String(27), nullable=True),
    sa.Column('observed', sa.String(27), nullable=False),
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('reliability', sa.String(length=1), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('source', 'guid')
    )
    op.create_index('items_observed', 'items', ['observed'], unique=False)
    op.create_table('leases',
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('holder', sa.Text(), nullable=False),
    sa.Column('until', sa.String(27), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('live_messages',
    sa.Column('receiver', sa.String(length=100), nullable=False),
    sa.Column('rule', sa.String(length=100), nullable=False),
    sa.Column('message', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('receiver', 'rule')
    )
    op.create_table('notifications',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(length=100), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('sources',
    sa.Column('id', sa.String(length=100), nullable=False),
    sa.Column('next_due', sa.String(27), nullable=False),
    sa.Column('fetched_ok_at', sa.String(27), nullable=True),
    sa.Column('newest_item_at', sa.String(27), nullable=True),
    sa.Column('content_changed_at', sa.String(27), nullable=True),
    sa.Column('etag', sa.Text(), nullable=True),
    sa.Column('last_modified', sa.Text(), nullable=True),
    sa.Column('body_hash', sa.Text(), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('leased_by', sa.Text(), nullable=True),
    sa.Column('leased_until', sa.String(27), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
