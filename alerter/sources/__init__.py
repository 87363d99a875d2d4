"""The world to observations: one module a source."""
