"""`afterword themes`: the words that stand out, and the reviews they stand in."""

from pathlib import Path

from tests.test_cli import folder, installed, said
from tests.test_importing import HEAD, file_of

__all__ = ["folder", "installed"]  # fixtures


def test_words_that_stand_out_are_told_with_their_reviews(installed: Path) -> None:
    day = "2026-11-01T10:00:00Z"
    sad = [f"{n},ada{n}@customer.example,Ada,,,,Bad,The printer jams,{day}\n" for n in range(6)]
    glad = [f"{n},ada{n}@customer.example,Ada,,,,Good,Quick and kind,{day}\n" for n in range(10, 50)]
    said("import", file_of(installed, HEAD + "".join(sad + glad)))
    (line,) = said("themes", "--days", "3700").splitlines()
    words, here, rest, reviews = line.split("\t")
    assert (words, here, rest, len(reviews.split())) == ("printer jams", "6 of 6", "0 of 40", 6)
    assert "quick\t40 of 40\t0 of 6" in said("themes", "--days", "3700", "--face", "happy")
    assert said("themes", "--days", "3700", "--brand", "nobody") == ""
