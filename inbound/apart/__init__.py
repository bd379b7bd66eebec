"""Hostile mail is read apart: in a process of its own, with limits of time and memory, that can be put down."""
