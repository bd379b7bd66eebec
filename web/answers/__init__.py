"""How does everything go out? Pages, refusals, and what holds for every answer."""
