"""Can other mail servers encrypt what they bring us? The certificate that inbound shows them."""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography.x509 import (
    Certificate,
    DNSName,
    ExtensionNotFound,
    SubjectAlternativeName,
    load_pem_x509_certificates,
)

from mailer.checkup import Checked, State

TOPIC = "TLS of inbound"
SOON = timedelta(days=14)
"""Let's Encrypt renews a month before the end: two weeks before it, something is wrong."""


def check_certificate(file: Path | None, *, hosts: tuple[str, ...], now: datetime) -> Checked:
    """Whether there is one, whether it is good now, and for the names under which we are found (`hosts`)."""
    if file is None:
        advice = "Set AFTERWORD_INBOUND_TLS_CERTIFICATE and AFTERWORD_INBOUND_TLS_KEY; the proxy's certificate will do."
        return Checked(State.LOOK, TOPIC, "there is no certificate: answers come in unencrypted", advice)
    try:
        first = load_pem_x509_certificates(file.read_bytes())[0]
    except (OSError, ValueError, IndexError) as error:
        advice = "Let AFTERWORD_INBOUND_TLS_CERTIFICATE name a PEM file, the certificate before its chain."
        return Checked(State.BROKEN, TOPIC, f"{file} has no certificate that can be read ({error})", advice)
    return _looked_at(first, hosts, now)


def _looked_at(certificate: Certificate, hosts: tuple[str, ...], now: datetime) -> Checked:
    begins, ends, names = certificate.not_valid_before_utc, certificate.not_valid_after_utc, _names(certificate)
    missing = [host for host in hosts if not any(_speaks_for(name, host) for name in names)]
    if not begins <= now < ends:
        words = f"the certificate is good from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}, not today"
        return Checked(State.BROKEN, TOPIC, words, "Renew it, and start inbound anew.")
    if missing:
        words = f"the certificate is for {', '.join(names) or 'nobody'}, and mail comes to {', '.join(missing)}"
        return Checked(State.LOOK, TOPIC, words, "Mail servers that check it go away: get one with that name.")
    if ends - now < SOON:
        return Checked(State.LOOK, TOPIC, f"the certificate ends on {ends:%Y-%m-%d}", "See why it was not renewed.")
    return Checked(State.FINE, TOPIC, f"the certificate is good until {ends:%Y-%m-%d}, for {', '.join(names)}")


def _names(certificate: Certificate) -> list[str]:
    """The names it is for (RFC 9525: those of the extension alone count)."""
    try:
        found = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    except ExtensionNotFound:
        return []
    return [name.lower() for name in found.get_values_for_type(DNSName)]


def _speaks_for(name: str, host: str) -> bool:
    """Whether a name, maybe `*.acme.example`, means that host (RFC 9525 section 6.3)."""
    return name == host or (name.startswith("*.") and name[1:] == f".{host.partition('.')[2]}")
