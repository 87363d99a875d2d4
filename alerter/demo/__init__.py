"""A recorded week, told again by the daemon's own code over loopback: what a subscriber would have seen."""
