"""Are the DNS records there that mail needs to be trusted, and answers to come back? One finding each."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from mailer.checkup import Checked, State
from mailer.domain.lookup import Lookup, NoAnswer, reverse_name
from mailer.domain.records import Key, Record, Sending, dkim_record, records

Check = Callable[[Lookup], Checked]
REVERSE = "Reverse DNS"


def check_dns(sending: Sending, lookup: Lookup) -> tuple[Checked, ...]:
    """Whether the records of `records` are there, and machines have names. Blocks on the DNS: some seconds when it does
    not answer."""
    checks: list[tuple[str, Check]] = [("MX", partial(_mx, sending)), ("SPF", partial(_spf, sending))]
    for domain in sending.sender_domains:
        keys = _keys_for(domain, sending.keys)
        checks += [("DKIM", partial(_dkim, key)) for key in keys]
        if not keys and sending.keys:
            checks.append(("DKIM", partial(_unsigned, domain)))
        checks.append(("DMARC", partial(_dmarc, sending, domain)))
    checks.append((REVERSE, partial(_reverse, sending)))
    return tuple(_asked(topic, check, lookup) for topic, check in checks)


def check_keys(keys: Iterable[Key], lookup: Lookup) -> tuple[Checked, ...]:
    """Whether the DNS has the record of each key."""
    return tuple(_asked("DKIM", partial(_dkim, key), lookup) for key in keys)


def _asked(topic: str, check: Check, lookup: Lookup) -> Checked:
    try:
        return check(lookup)
    except NoAnswer as error:
        return Checked(State.LOOK, topic, str(error), "Run `afterword doctor` again later.")


def _mx(sending: Sending, lookup: Lookup) -> Checked:
    hosts = lookup(sending.reply_domain, "MX")
    if not hosts:
        return _missing(State.BROKEN, "MX", f"{sending.reply_domain} takes no mail: answers would be lost", sending)
    return Checked(State.FINE, "MX", f"mail for {sending.reply_domain} goes to {', '.join(hosts)}")


def _spf(sending: Sending, lookup: Lookup) -> Checked:
    found = [text for text in lookup(sending.reply_domain, "TXT") if _is_spf(text)]
    if not found:
        return _missing(State.LOOK, "SPF", f"{sending.reply_domain} does not say who may send for it", sending)
    if len(found) > 1:  # RFC 7208 section 4.5: an error, so none of them holds
        return Checked(State.BROKEN, "SPF", f"{sending.reply_domain} has {len(found)} SPF records", "Leave only one.")
    return Checked(State.FINE, "SPF", f"{sending.reply_domain}: {found[0]}")


def _keys_for(domain: str, keys: tuple[Key, ...]) -> list[Key]:
    """The keys that speak for a domain: its own, or of one above it (RFC 7489 section 3.1.1, relaxed alignment)."""
    return [key for key in keys if domain == key.domain or domain.endswith(f".{key.domain}")]


def _dkim(key: Key, lookup: Lookup) -> Checked:
    advice = _advice(dkim_record(key))
    found = [_tags(text) for text in lookup(key.name, "TXT")]
    if not any("p" in tags for tags in found):
        words = f"there is no key at {key.name}: our signatures cannot be checked"
        return Checked(State.BROKEN, "DKIM", words, advice)
    if not any(tags.get("p") == key.public.text and tags.get("k", "rsa") == key.public.type for tags in found):
        return Checked(State.BROKEN, "DKIM", f"the key at {key.name} is not the one that signs", advice)
    return Checked(State.FINE, "DKIM", f"the key at {key.name} is the one that signs")


def _unsigned(domain: str, lookup: Lookup) -> Checked:
    words = f"no key of {domain} signs its mails; a signature of another domain does not count for it (DMARC)"
    return Checked(State.LOOK, "DKIM", words, f"Make keys for it: `afterword dkim new {domain}`.")


def _dmarc(sending: Sending, domain: str, lookup: Lookup) -> Checked:
    for name in _up_from(domain):
        found = [text for text in lookup(f"_dmarc.{name}", "TXT") if _tags(text).get("v") == "DMARC1"]
        if found:
            return Checked(State.FINE, "DMARC", f"_dmarc.{name}: {found[0]}")
    wanted = next(one for one in records(sending) if one.name == f"_dmarc.{domain}")
    words = f"{domain} has no policy; large mailboxes ask for one"
    return Checked(State.LOOK, "DMARC", words, _advice(wanted))


def _reverse(sending: Sending, lookup: Lookup) -> Checked:
    """Large mailboxes take no mail from a machine whose address has no name that leads back to it (RFC 1912 2.1)."""
    if not sending.local_relay:
        words = f"mails leave from {sending.relay_host}, whose owner sees to it"
        return Checked(State.FINE, REVERSE, words)
    addresses = (*lookup(sending.host, "A"), *lookup(sending.host, "AAAA"))
    if not addresses:
        words = f"{sending.host} has no address in the DNS, and mails leave from there"
        return Checked(State.BROKEN, REVERSE, words, f"Set an A record for {sending.host}.")
    for address in addresses:
        names = lookup(reverse_name(address), "PTR")
        if not any(address in (*lookup(name, "A"), *lookup(name, "AAAA")) for name in names):
            words = f"{address} has {'no name' if not names else f'the name {names[0]}, which leads elsewhere'}"
            advice = f"Have whoever gave you the address set its name (PTR) to {sending.host}."
            return Checked(State.LOOK, REVERSE, words, advice)
    return Checked(State.FINE, REVERSE, f"{', '.join(addresses)} and {sending.host} lead to each other")


def _missing(state: State, topic: str, words: str, sending: Sending) -> Checked:
    wanted = next(record for record in records(sending) if record.purpose.startswith(topic) or record.type == topic)
    return Checked(state, topic, words, _advice(wanted))


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
