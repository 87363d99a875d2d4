"""Messages to people: one module a sink."""
