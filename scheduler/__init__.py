"""Comes back: the clock that ticks. What is due lives in the database, never in the clock."""
