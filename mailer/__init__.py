"""The door out: claims what is due, composes it, signs it, hands it to the relay, and settles what became of it."""
