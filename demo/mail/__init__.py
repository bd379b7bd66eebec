"""The mail world around Afterword: domains with keys, everybody's mailbox, and the programs people answer with."""
