"""Several hosts on one machine: each a network namespace of its own behind a bridge; without root, plain processes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_IP = "ip"


@dataclass
class Hosts:
    """Where workers run. `address` is how they reach us; a host is what runs a command there."""

    address: str = "127.0.0.1"
    separate: bool = False
    names: list[str] = field(default_factory=list)

    def on(self, host: int) -> tuple[str, ...]:
        """Return the words before a command that runs on a host."""
        return (_IP, "netns", "exec", self.names[host]) if self.separate else ()

    def cut_off(self, host: int) -> None:
        """Pull the cable of a host."""
        _ip("link", "set", f"{self.names[host]}a", "down")

    def plug_in(self, host: int) -> None:
        """Put it back."""
        _ip("link", "set", f"{self.names[host]}a", "up")


def _ip(*words: str) -> None:
    subprocess.run([_IP, *words], check=True, capture_output=True)


@contextmanager
def hosts(count: int) -> Iterator[Hosts]:
    """Make so many hosts, and take them away again."""
    tag = f"or{os.getpid() % 10_000}"
    made = Hosts(f"10.{os.getpid() % 200 + 20}.7.1", True)
    try:
        try:
            _ip("link", "add", tag, "type", "bridge")
            _ip("addr", "add", f"{made.address}/24", "dev", tag)
            _ip("link", "set", tag, "up")
            for number in range(count):
                made.names.append(_host(f"{tag}h{number}", tag, f"{made.address[:-1]}{number + 2}"))
        except (OSError, subprocess.CalledProcessError):
            yield Hosts()  # no namespaces here
        else:
            yield made
    finally:
        for name in (f"{tag}h{number}" for number in range(count)):
            subprocess.run([_IP, "netns", "del", name], check=False, capture_output=True)
        subprocess.run([_IP, "link", "del", tag], check=False, capture_output=True)


def _host(name: str, bridge: str, address: str) -> str:
    _ip("netns", "add", name)
    _ip("link", "add", f"{name}a", "type", "veth", "peer", "name", f"{name}b")
    _ip("link", "set", f"{name}a", "master", bridge, "up")
    _ip("link", "set", f"{name}b", "netns", name)
    for words in (("addr", "add", f"{address}/24", "dev", f"{name}b"), ("link", "set", f"{name}b", "up")):
        _ip("-n", name, *words)
    _ip("-n", name, "link", "set", "lo", "up")
    return name


@contextmanager
def relay(address: str, socket_path: str) -> Iterator[int]:
    """Let hosts reach a database that listens on a Unix socket; yield the port."""
    command = [sys.executable, __file__, address, socket_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        try:
            yield int(running.stdout.readline())
        finally:
            running.kill()


async def _serve(address: str, socket_path: str) -> None:
    async def pour(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                into.write(data)
                await into.drain()
        except OSError:
            pass  # either side is gone: so is the other
        into.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_unix_connection(socket_path)
        await asyncio.gather(pour(reader, ours), pour(theirs, writer))

    server = await asyncio.start_server(accept, address, 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - what its parent reads
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], sys.argv[2]))
