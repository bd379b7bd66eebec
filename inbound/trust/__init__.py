"""How is it found out who sent a mail? Signatures (DKIM), machines (SPF), what domains ask for (DMARC), and what a mail
server in front of us found (RFC 8601). What it all means is weighed in `reviews/trust.py`."""
