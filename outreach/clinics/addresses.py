"""Which addresses on the network we may call: a clinic's web address must not lead back into our own house (I31)."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

PORTS = (443, 8443)

Resolve = Callable[[str, int], Sequence[str]]

_VISIBLE_ASCII = re.compile(r"[!-~]+")
_NAME = re.compile(
    r"(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{2,59})", re.IGNORECASE
)
# Tunnels to IPv4: the private address is inside, and `is_global` does not look there.
_TUNNELS = tuple(
    map(IPv6Network, ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"))
)


class RefusedUrl(ValueError):
    """A web address that signals are not sent to. The message says why and what to write instead."""


class HostNotFound(Exception):
    """The name service does not know the host, for now."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked web address in parts, so that nothing parses it a second time and differently."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def check_url(url: str, allow_loopback: bool = False, ports: Collection[int] = PORTS) -> None:
    """Raise RefusedUrl unless signals may be sent there; where its name leads is checked again at each delivery."""
    parse_url(url, allow_loopback, ports)


def parse_url(url: str, allow_loopback: bool = False, ports: Collection[int] = PORTS) -> Target:
    """Return the parts of a web address; raises RefusedUrl. `allow_loopback` is for trying things out at home."""
    if not _VISIBLE_ASCII.fullmatch(url) or "\\" in url:
        raise RefusedUrl(
            "The address has spaces, backslashes or letters outside ASCII: write the host in its xn-- form."
        )
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise RefusedUrl("The address cannot be read: write it as https://host/path.") from None
    if "@" in parts.netloc:
        raise RefusedUrl("The address contains a user name or password: take it out, each delivery is signed instead.")
    secure = parts.scheme == "https"
    target = Target(secure, host, port or (443 if secure else 80), _path(parts.path, parts.query))
    if allow_loopback and parts.scheme in ("http", "https") and _is_loopback_name(host):
        return target
    if not secure:
        raise RefusedUrl("The address must begin with https://, for what we send is about people.")
    _check_host(host)
    if target.port not in ports:
        raise RefusedUrl(f"The port must be one of {', '.join(map(str, ports))}.")
    return target


def find(target: Target, resolve: Resolve, allow_loopback: bool) -> str:
    """Return the one network address to connect to; raises RefusedUrl unless all of the host's are public.

    The caller connects to this very address: asking the name service again could give another answer.
    """
    try:
        found = [ip_address(address.partition("%")[0]) for address in resolve(target.host, target.port)]
    except (OSError, UnicodeError):
        raise HostNotFound("The host cannot be found by the name service.") from None
    if not found:
        raise HostNotFound("The host cannot be found by the name service.")
    for address in found:
        if not (is_public(address) or (allow_loopback and address.is_loopback)):
            raise RefusedUrl("The host leads to an address that is not public: give one that the internet can reach.")
    return str(min(found, key=lambda address: address.version))  # many a server has no IPv6


def ask_name_service(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host; raises OSError."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an address is out on the internet, and is not a tunnel to one that may not be."""
    if isinstance(address, IPv6Address) and any(address in tunnel for tunnel in _TUNNELS):
        return False
    return address.is_global and not address.is_multicast


def _path(path: str, query: str) -> str:
    return f"{path or '/'}?{query}" if query else path or "/"


def _is_loopback_name(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _check_host(host: str) -> None:
    try:
        public = is_public(ip_address(host))
    except ValueError:
        # The last label must be letters, which also keeps out 127.1, 2130706433 and 0x7f.0.0.1.
        if not _NAME.fullmatch(host):
            raise RefusedUrl("The host is not a full name such as signals.clinic.example.") from None
        return
    if not public:
        raise RefusedUrl("The host is an address that is not public: give one that the internet can reach.")
