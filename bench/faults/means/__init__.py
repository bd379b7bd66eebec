"""How is a fault made? A signal at a chosen moment, a full disk, somebody else's lock, a tape of what is written."""
