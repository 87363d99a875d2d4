"""What is remembered: journal, schedule, alerts and outbox, in SQLite or PostgreSQL."""
