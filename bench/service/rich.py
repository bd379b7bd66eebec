"""A library that tests bring along, and no installation has; where it is there structlog loads it, 8 MB of it."""

raise ImportError("not in service")
