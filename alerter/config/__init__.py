"""What people write: YAML files checked all at once, and the environment."""
