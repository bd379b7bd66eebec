"""Who is outside? Customers and helpdesks, mail servers, and the relay: each remembers what it was told."""
