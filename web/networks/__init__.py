"""Which networks are mail filters' and rented machines'? The file that is read once, and the command that renews it."""

from pathlib import Path

SHIPPED = Path(__file__).with_name("networks.txt")
