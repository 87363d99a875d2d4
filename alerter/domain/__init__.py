"""What decides: pure functions of values and `now`. No I/O, no clock, no logging."""
