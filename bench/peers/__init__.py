"""The bare peers: programs that do the least there is to do, each a process of its own."""
