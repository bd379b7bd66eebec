"""With which certificate is STARTTLS offered? The newest on disk: whoever renews it need not start us anew."""

import ssl
from pathlib import Path

import structlog

log = structlog.get_logger()

Stamp = tuple[tuple[int, int, int], ...]


class Certificate:
    """A certificate with its chain and its key, as PEM files. ValueError when they cannot be used at the start; later
    a pair that cannot be used, as one half of a renewal, leaves the last good one in place."""

    def __init__(self, certificate: Path, key: Path | None) -> None:
        self._files = (certificate, key or certificate)
        try:
            self._stamp = self._stamped()
            self._context = self._loaded()
        except OSError as error:  # ssl.SSLError is one
            names = "AFTERWORD_INBOUND_TLS_CERTIFICATE and AFTERWORD_INBOUND_TLS_KEY"
            raise ValueError(f"{names}: expected a certificate and its key as PEM files ({error})") from None

    def context(self) -> ssl.SSLContext:
        """What the next handshake goes by."""
        try:
            stamp = self._stamped()
            if stamp != self._stamp:
                self._context, self._stamp = self._loaded(), stamp
                log.info("certificate loaded")
        except OSError as error:
            log.error("certificate not loaded", error=type(error).__name__)
        return self._context

    def _loaded(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996: what was before is broken
        context.load_cert_chain(*self._files)
        return context

    def _stamped(self) -> Stamp:
        """By what a file that was replaced is known."""
        stats = [file.stat() for file in self._files]
        return tuple((stat.st_ino, stat.st_mtime_ns, stat.st_size) for stat in stats)
