"""The load: by wrk where it is installed, else by a client of our own."""
