"""What is left of our promises when a process is killed, the power fails, the disk is full or the clock wrong?

`python -m bench.faults` runs real processes over a real database with real signals, keeps a ledger of what their
clients were told, and holds the record against it: what was acknowledged is there, once, and the service works again
by itself.
"""
