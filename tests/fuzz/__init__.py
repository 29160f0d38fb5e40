"""A fuzz over all tables and all commands: `python -m tests.fuzz SECONDS [--seed N]`."""
