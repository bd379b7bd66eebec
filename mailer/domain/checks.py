"""Are the DNS records there that mail needs to be trusted, and answers to come back? One finding each."""

from collections.abc import Callable, Iterator
from functools import partial

from mailer.checkup import Finding, State
from mailer.domain.key import PublicKey
from mailer.domain.lookup import Lookup, NoAnswer
from mailer.domain.records import Record, Sending, dkim_name, dkim_record, records


def check_dns(sending: Sending, lookup: Lookup) -> tuple[Finding, ...]:
    """Whether the records of `records` are there. Blocks on the DNS: some seconds when it does not answer."""
    checks: list[tuple[str, Callable[[Sending, Lookup], Finding]]] = [("MX", _mx), ("SPF", _spf)]
    checks += [("DKIM", partial(_dkim, selector=selector, key=key)) for selector, key in sending.keys]
    return tuple(_asked(topic, check, sending, lookup) for topic, check in (*checks, ("DMARC", _dmarc)))


def _asked(topic: str, check: Callable[[Sending, Lookup], Finding], sending: Sending, lookup: Lookup) -> Finding:
    try:
        return check(sending, lookup)
    except NoAnswer as error:
        return Finding(State.LOOK, topic, str(error), "Run `afterword doctor` again later.")


def _mx(sending: Sending, lookup: Lookup) -> Finding:
    hosts = lookup(sending.reply_domain, "MX")
    if not hosts:
        return _missing(State.BROKEN, "MX", f"{sending.reply_domain} takes no mail: answers would be lost", sending)
    return Finding(State.FINE, "MX", f"mail for {sending.reply_domain} goes to {', '.join(hosts)}")


def _spf(sending: Sending, lookup: Lookup) -> Finding:
    found = [text for text in lookup(sending.reply_domain, "TXT") if _is_spf(text)]
    if not found:
        return _missing(State.LOOK, "SPF", f"{sending.reply_domain} does not say who may send for it", sending)
    if len(found) > 1:  # RFC 7208 section 4.5: an error, so none of them holds
        return Finding(State.BROKEN, "SPF", f"{sending.reply_domain} has {len(found)} SPF records", "Leave only one.")
    return Finding(State.FINE, "SPF", f"{sending.reply_domain}: {found[0]}")


def _dkim(sending: Sending, lookup: Lookup, *, selector: str, key: PublicKey) -> Finding:
    name, advice = dkim_name(sending, selector), _advice(dkim_record(sending, selector, key))
    found = [_tags(text) for text in lookup(name, "TXT")]
    if not any("p" in tags for tags in found):
        words = f"there is no key at {name}: our signatures cannot be checked"
        return Finding(State.BROKEN, "DKIM", words, advice)
    if not any(tags.get("p") == key.text and tags.get("k", "rsa") == key.type for tags in found):
        return Finding(State.BROKEN, "DKIM", f"the key at {name} is not the one that signs", advice)
    return Finding(State.FINE, "DKIM", f"the key at {name} is the one that signs")


def _dmarc(sending: Sending, lookup: Lookup) -> Finding:
    for name in _up_from(sending.sender_domain):
        found = [text for text in lookup(f"_dmarc.{name}", "TXT") if _tags(text).get("v") == "DMARC1"]
        if found:
            return Finding(State.FINE, "DMARC", f"_dmarc.{name}: {found[0]}")
    return _missing(State.LOOK, "DMARC", f"{sending.sender_domain} has no policy; large mailboxes ask for one", sending)


def _missing(state: State, topic: str, words: str, sending: Sending) -> Finding:
    wanted = next(record for record in records(sending) if record.purpose.startswith(topic) or record.type == topic)
    return Finding(state, topic, words, _advice(wanted))


def _advice(wanted: Record) -> str:
    return f"Set this record: {wanted.zone_line()}"


def _is_spf(text: str) -> bool:
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def _tags(text: str) -> dict[str, str]:
    """The `name=value` list of RFC 6376 section 3.2; white space inside a value is folding, and means nothing."""
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip(): "".join(value.split()) for name, _, value in pairs}


def _up_from(domain: str) -> Iterator[str]:
    """The domain and those above it, down to two labels: where a DMARC policy may stand."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])
