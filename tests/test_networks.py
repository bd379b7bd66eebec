"""What kind of network does an address belong to, and how is the table renewed?"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands import watching
from reviews.networks import CLOUD, ELSEWHERE, SCANNER, SECURITY, Networks, NotANetwork, read_networks, rows_of
from web.networks import SHIPPED
from web.networks.published import AZURE_PAGE, PUBLISHED, SOURCES, NotFetched, renewed

TODAY = datetime(2026, 12, 24, tzinfo=UTC)
AZURE_FILE = "https://download.microsoft.com/download/7/1/d/71d86715/ServiceTags_Public_20261221.json"


@pytest.mark.parametrize(
    ("address", "prefix", "kind", "owner"),
    [
        ("40.107.218.12", "40.107.218.0/24", SCANNER, "Microsoft"),
        ("40.94.89.19", "40.94.89.0/24", SECURITY, "Microsoft"),  # though it lies in a cloud's block
        ("40.100.1.2", "40.100.1.0/24", CLOUD, "Microsoft"),
        ("150.70.97.98", "150.70.97.0/24", SECURITY, "Trend Micro"),
        ("2a01:111:f400:1::7", "2a01:111:f400::/48", SCANNER, "Microsoft"),
        ("::ffff:40.107.218.12", "40.107.218.0/24", SCANNER, "Microsoft"),
        ("198.51.100.77", "198.51.100.0/24", "", ""),
        ("2001:db8:1:2::3", "2001:db8:1::/48", "", ""),
    ],
)
def test_an_address_is_known_by_the_longest_prefix_of_the_shipped_table(
    address: str, prefix: str, kind: str, owner: str
) -> None:
    found = read_networks(SHIPPED.read_text("utf-8")).of(address)
    assert (found.prefix, found.kind, found.owner) == (prefix, kind, owner)


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("9.255.255.255", ""),
        ("10.0.0.0", "outer"),
        ("10.1.255.255", "outer"),
        ("10.2.0.0", "inner"),
        ("10.2.3.3", "inner"),
        ("10.2.3.4", "innermost"),
        ("10.2.3.5", "inner"),
        ("10.2.255.255", "inner"),
        ("10.3.0.0", "outer"),
        ("10.255.255.255", "outer"),
        ("11.0.0.0", ""),
        ("255.255.255.255", "last"),
        ("2001:db8::1", "six"),
        ("2001:db9::1", ""),
    ],
)
def test_of_nested_blocks_the_smallest_holds_up_to_its_edges(address: str, owner: str) -> None:
    rows = [
        ("10.2.3.4/32", CLOUD, "innermost"),
        ("10.0.0.0/8", CLOUD, "outer"),
        ("10.2.0.0/16", CLOUD, "inner"),
        ("255.255.255.255/32", CLOUD, "last"),
        ("2001:db8::/32", CLOUD, "six"),
    ]
    assert Networks(rows).of(address).owner == owner


@pytest.mark.parametrize(
    "address",
    [
        "",
        "testclient",
        "unix:",
        "1.2.3.4.5",
        "1.2.3",
        "1.2.3.256",
        "1.2.3.04",
        "1.2.3.4.x",
        "1..2.3.4",
        "40.107.218.12:80",
    ],
)
def test_what_is_no_address_is_nowhere(address: str) -> None:
    assert read_networks(SHIPPED.read_text("utf-8")).of(address) == ELSEWHERE


def test_the_shipped_table_says_its_date_and_its_sources() -> None:
    text = SHIPPED.read_text("utf-8")
    assert "As of 2026-" in text
    assert text.count("https://") >= 6
    assert len(list(rows_of(text))) > 80


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("40.107.0.0/16 scanner", "expected"),
        ("40.107.0.0/16 bad Microsoft", "expected"),
        ("40.107.0.1/16 scanner Microsoft", "host bits"),
        ("nonsense scanner Microsoft", "does not appear"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, why: str) -> None:
    with pytest.raises(NotANetwork, match=rf"line 2: .*{why}"):
        read_networks(f"# a table\n{line}\n")


def published(url: str) -> bytes:
    """What the owners publish, in their own shapes."""
    answers = {
        "endpoints.office.com": [
            {"serviceArea": "Exchange", "tcpPorts": "25", "ips": ["40.92.0.0/15", "2a01:111:f400::/48"]},
            {"serviceArea": "Exchange", "tcpPorts": "80,443", "ips": ["13.107.6.152/31"]},
        ],
        "zscaler": {"zscaler.net": {"continent : EMEA": {"city : Berlin": [{"range": "147.161.168.0/23"}]}}},
        "ServiceTags_Public": {
            "values": [
                {"name": "ActionGroup", "properties": {"addressPrefixes": ["1.2.3.0/24"]}},
                {"name": "AzureCloud", "properties": {"addressPrefixes": ["20.0.0.0/9", "20.128.0.0/9"]}},
            ]
        },
        "amazonaws": {"prefixes": [{"ip_prefix": "3.5.0.0/16"}], "ipv6_prefixes": [{"ipv6_prefix": "2600:1f00::/24"}]},
        "gstatic": {"prefixes": [{"ipv4Prefix": "34.80.0.0/15"}, {"ipv6Prefix": "2600:1900::/28"}]},
    }
    if url == AZURE_PAGE:
        return f'<a href="{AZURE_FILE}">click here to download manually</a>'.encode()
    return json.dumps(next(answer for mark, answer in answers.items() if mark in url)).encode()


def test_a_renewed_table_keeps_what_is_kept_by_hand_and_holds_what_is_published() -> None:
    table = renewed(SHIPPED.read_text("utf-8"), at=TODAY, fetch=published)
    kept, _, rest = table.partition(PUBLISHED)
    assert "150.70.0.0/16 security Trend Micro" in kept
    assert "# as of 2026-12-24" in rest
    assert "20.0.0.0/8 cloud Microsoft" in rest  # two halves are one
    assert "1.2.3.0/24" not in rest
    assert "13.107.6.152" not in rest
    known = read_networks(table)
    assert known.of("34.81.0.1").owner == "Google"
    assert known.of("2600:1f01::1").kind == CLOUD
    assert known.of("147.161.168.9").kind == SECURITY
    assert renewed(table, at=TODAY, fetch=published) == table


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.url)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"prefixes": []}', b'{"values": []}', b"<html>"])
def test_a_list_that_cannot_be_read_leaves_the_table_alone(source: object, body: bytes) -> None:
    def broken(url: str) -> bytes:
        return body if url == getattr(source, "url", "") else published(url)

    with pytest.raises(NotFetched):
        renewed(SHIPPED.read_text("utf-8"), at=TODAY, fetch=broken)


def test_the_command_writes_a_table_that_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "networks.txt"
    monkeypatch.setattr(watching, "fetch", published)
    done = CliRunner().invoke(watching.networks, ["refresh", str(file)])
    assert done.exit_code == 0, done.output
    assert read_networks(file.read_text("utf-8")).of("34.81.0.1").owner == "Google"
    assert [path.name for path in tmp_path.iterdir()] == ["networks.txt"]


def test_without_the_network_the_command_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(url: str) -> bytes:
        raise OSError("no route to host")

    monkeypatch.setattr(watching, "fetch", unreachable)
    done = CliRunner().invoke(watching.networks, ["refresh", str(tmp_path / "networks.txt")])
    assert (done.exit_code, "Nothing was written" in done.output) == (1, True)
    assert not list(tmp_path.iterdir())
