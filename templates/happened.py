"""What a notice says first: one sentence of what the customer did."""


def rated(name: str, word: str) -> str:
    """The customer gave a rating, in the brand's word for it."""
    return f"{name} rated: {word}"


def commented(name: str) -> str:
    """The customer wrote on the rating page."""
    return f"{name} wrote a comment"


def replied(name: str) -> str:
    """The customer mailed back."""
    return f"{name} replied"


def not_sent(words: str) -> str:
    """A staff answer in the thread that the customer has not got."""
    return f"(Held, not sent to the customer.)\n{words}"
