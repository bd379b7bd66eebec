"""The HTTP door out: what happened is told to webhooks, chats and helpdesks. Claim, decide once more, compose, call."""
