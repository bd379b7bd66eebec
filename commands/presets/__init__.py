"""How exports of other systems are read: a file for each, and any other of the same form."""
