"""Poll, tick, deliver: three jobs, each idempotent; a missed or doubled run changes nothing."""
