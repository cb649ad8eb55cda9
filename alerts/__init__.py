"""What an alert says, when it may be said, and who carries it."""
