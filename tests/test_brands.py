"""What a brand file may say, and how a wrong one is refused: by file, key, value and what was expected."""

from datetime import timedelta
from pathlib import Path

import pytest

from reviews.manners import Hours, Manners, Skip
from templates.brand_file import FILE_BYTES_MAX, BrandError
from templates.brands import SHIPPED, Brand, read_brand, read_brands
from templates.colours import CONTRAST_MIN, READABLE_PAIRS, contrast, mixed

SMALLEST = """
name = "Northwind Help"
website = "https://northwind.example"
[faces]
happy = "Good"
neutral = "So-so"
unhappy = "Bad"
[colours.light]
primary = "#0b5c4b"
"""


def brand_of(text: str, folder: Path) -> Brand:
    file = folder / "northwind.toml"
    file.write_text(text)
    return read_brand(file)


def test_the_smallest_brand_file_gets_sensible_words_and_readable_colours(tmp_path: Path) -> None:
    brand = brand_of(SMALLEST, tmp_path)
    assert (brand.key, brand.sender_name, brand.sender_address) == ("northwind", "Northwind Help", None)
    assert (brand.language, brand.timezone, brand.logo) == ("en", "UTC", None)
    for palette in (brand.light, brand.dark):
        for text, ground in READABLE_PAIRS:
            assert contrast(getattr(palette, text), getattr(palette, ground)) >= CONTRAST_MIN


def test_the_shipped_brand_is_whole() -> None:
    brand = read_brands(SHIPPED)["acme"]
    assert brand.name == "Acme IT"
    assert [face.word for face in brand.faces] == ["Great", "Okay", "Not good"]
    assert brand.face("unhappy").word == "Not good"


def test_brands_are_known_by_the_names_of_their_files(tmp_path: Path) -> None:
    for key in ("one", "two-3"):
        (tmp_path / f"{key}.toml").write_text(SMALLEST)
    (tmp_path / "notes.txt").write_text("not a brand")
    assert list(read_brands(tmp_path)) == ["one", "two-3"]


def test_a_folder_without_brands_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrandError, match="at least one brand file"):
        read_brands(tmp_path)


@pytest.mark.parametrize(
    ("find", "put", "said"),
    [
        ('name = "Northwind Help"\n', "", "northwind.toml: name is missing; expected one line of 1 to 300 characters"),
        ('"Northwind Help"', '"  "', "name is '  '; expected one line"),
        ('"Northwind Help"', '"a\\r\\nBcc: x@y.example"', r"name is 'a\r\nBcc: x@y.example'; expected one line"),
        ('"Northwind Help"', "7", "name is 7; expected one line"),
        ("name =", "nmae = 'x'\nname =", "nmae is not known; expected one of:"),
        ("https://northwind.example", "northwind.example", "website is 'northwind.example'; expected an address that"),
        ("https://northwind.example", "javascript:alert(1)", "website is 'javascript:alert(1)'"),
        ("https://northwind.example", "https://x.example/' onclick='", "website is"),
        ("name =", "language = 'English'\nname =", "language is 'English'; expected a language such as en"),
        (
            "name =",
            "language = 'tlh'\nname =",
            "language is 'tlh'; expected a language such as en; there are: en, ar, de",
        ),
        ("name =", "timezone = 'Mars/Base'\nname =", "timezone is 'Mars/Base'; expected a time zone such as"),
        ("name =", "timezone = '../../etc/passwd'\nname =", "timezone is '../../etc/passwd'"),
        ("name =", "footer = 'one line'\nname =", "footer is 'one line'; expected a list of at most 6 lines"),
        ("name =", "footer = ['a', 7]\nname =", "footer is 7; expected one line"),
        ("[faces]", "[sender]\naddress = 'not an address'\n[faces]", "sender.address is 'not an address'; expected an"),
        ("[faces]", "[logo]\nurl = 'http://x.example/l.png'\n[faces]", "logo.url is 'http://x.example/l.png'"),
        (
            "[faces]",
            "[logo]\nurl = 'https://x.example/l.png'\nwidth_px = 9\n[faces]",
            "logo.width_px is 9; expected a whole",
        ),
        ("[faces]", "sender = 'me'\n[faces]", "sender is 'me'; expected a table"),
        ('neutral = "So-so"\n', "", "faces.neutral is missing; expected one line of 1 to 24 characters"),
        (
            "[colours.light]",
            "great = 'x'\n[colours.light]",
            "faces.great is not known; expected one of: happy, neutral",
        ),
        ('primary = "#0b5c4b"', "", "colours.light.primary is missing; expected a colour as #rrggbb"),
        ("#0b5c4b", "teal", "colours.light.primary is 'teal'; expected a colour as #rrggbb"),
        ("#0b5c4b", "#0b5c4", "colours.light.primary is '#0b5c4'"),
        ("#0b5c4b", "#ffe000", "colours.light.primary #ffe000 on colours.light.card #ffffff has a contrast of 1.3"),
        (
            '"#0b5c4b"',
            '"#0b5c4b"\non_primary = "#0a4a3c"',
            "on_primary #0a4a3c on colours.light.primary #0b5c4b has a contrast of 1.3; expected at least 4.5",
        ),
        ('"#0b5c4b"', '"#0b5c4b"\n[colours.dark]\nink = "#222222"', "colours.dark.ink #222222 on colours.dark.card"),
        ("[faces]", "[faces", "northwind.toml: expected a file of TOML in UTF-8"),
    ],
)
def test_a_wrong_value_is_refused_by_file_key_value_and_what_was_expected(
    find: str, put: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(BrandError) as caught:
        brand_of(SMALLEST.replace(find, put, 1), tmp_path)
    assert str(caught.value).startswith("northwind.toml: ")
    assert said in str(caught.value)


def test_a_file_that_is_no_text_or_far_too_long_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "northwind.toml"
    for content, said in ((b"\xff\xfe", "expected a file of TOML"), (b"#" * (FILE_BYTES_MAX + 1), "expected at most")):
        file.write_bytes(content)
        with pytest.raises(BrandError, match=said):
            read_brand(file)


@pytest.mark.parametrize("name", ["Acme.toml", "a b.toml", "-a.toml", f"{'a' * 41}.toml"])
def test_a_file_whose_name_is_no_key_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(SMALLEST)
    with pytest.raises(BrandError, match="name is the brand's key"):
        read_brands(tmp_path)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_is_that_of_the_guidelines(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(one, other) == contrast(other, one)


def test_colours_mix_by_share() -> None:
    assert [mixed("#000000", "#ffffff", share=share) for share in (0, 0.5, 1)] == ["#000000", "#808080", "#ffffff"]


ASKING = """
timezone = "Europe/Berlin"
[asking]
after_minutes = 90
hours = "08:30-24:00"
days = ["mon", "fri"]
reminders = 2
reminder_days = 4
one_in = 3
rest_days = 14
company_rest_days = 1
trouble_tags = ["Angry"]
[asking.skip]
tags = ["Internal"]
companies = ["Acme Ltd"]
staff = false
"""


def test_a_brand_says_how_it_asks(tmp_path: Path) -> None:
    assert brand_of(SMALLEST.replace("[faces]", f"{ASKING}[faces]"), tmp_path).manners == Manners(
        delay=timedelta(minutes=90),
        hours=Hours(8 * 60 + 30, 24 * 60, frozenset({0, 4})),
        timezone="Europe/Berlin",
        reminders=2,
        reminder_after=timedelta(days=4),
        one_in=3,
        rest=timedelta(days=14),
        company_rest=timedelta(days=1),
        trouble_tags=frozenset({"angry"}),
        skip=Skip(tags=frozenset({"internal"}), companies=frozenset({"acme ltd"}), staff=False),
    )


def test_a_brand_that_says_nothing_of_it_asks_as_usual(tmp_path: Path) -> None:
    assert brand_of(SMALLEST, tmp_path).manners == Manners()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("reminders = 4", "asking.reminders is 4; expected a whole number from 0 to 3"),
        ("reminder_days = 0", "asking.reminder_days is 0; expected a whole number from 1 to 365"),
        ("one_in = 0", "asking.one_in is 0; expected a whole number from 1 to 1000"),
        ("rest_days = -1", "asking.rest_days is -1; expected a whole number from 0 to 365"),
        ('hours = "18:00-08:00"', "asking.hours is '18:00-08:00'; expected hours such as 08:00-18:00"),
        ('hours = "8-18"', "asking.hours is '8-18'; expected hours such as 08:00-18:00"),
        ('hours = "08:00-24:30"', "asking.hours is '08:00-24:30'; expected hours such as 08:00-18:00"),
        ('days = ["Monday"]', "asking.days is 'Monday'; expected days out of mon, tue, wed, thu, fri, sat, sun"),
        ("days = 5", "asking.days is 5; expected a list of at most 7 names"),
        ("after_minutes = 10080", "asking.after_minutes is 10080; expected a whole number from 0 to 10079"),
        ("after_minutes = -1", "asking.after_minutes is -1; expected a whole number from 0 to 10079"),
        ('after_minutes = "1h"', "asking.after_minutes is '1h'; expected a whole number"),
        ("remind = 1", "asking.remind is not known; expected one of: after_minutes, company_rest_days"),
        ("skip = 1", "asking.skip is 1; expected a table"),
        ("skip.staff = 1", "asking.skip.staff is 1; expected true or false"),
        ("skip.tag = ['x']", "asking.skip.tag is not known; expected one of: agents, automatic"),
        ("skip.tags = 'x'", "asking.skip.tags is 'x'; expected a list of at most 500 names"),
        ("skip.tags = ['']", "asking.skip.tags is ''; expected one line of 1 to 300 characters"),
    ],
)
def test_a_wrong_way_of_asking_is_refused_by_its_key(line: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BrandError) as refused:
        brand_of(f"{SMALLEST}\n[asking]\n{line}\n", tmp_path)
    assert f"northwind.toml: {said}" in str(refused.value)
