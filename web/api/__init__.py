"""The API as a whole: which operations there are, what holds for each of them, and the document that describes them."""
