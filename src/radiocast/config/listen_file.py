"""`listen:` of `station.yaml`: where listeners connect, how many may, and who serves them.

Owns: the section's keys, `tls` among them, and which ports contradict each other.
Must not know: the other sections of the file, whether files are there, or how anybody is served.
"""

from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Final

from radiocast.config.document import Findings, Keyed, Node
from radiocast.config.sections import Key, Section
from radiocast.config.station import Listen, Tls
from radiocast.config.values import Choice, Duration, ListOf, Number, Schema, Text

# More processes than any machine that this is for has cores.
MOST_WORKERS: Final = 64
_MOST_LISTENERS: Final = 1_000_000
# Of one connection; whoever wants more wants no limit.
_LONGEST_S: Final = 366 * 86_400.0
PORT: Final = Number(least=0, most=65535, whole=True)
LISTENERS: Final = Number(least=1, most=_MOST_LISTENERS, whole=True)


def _proxy_complaint(text: str) -> str:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return f"{text!r} is neither an address nor a network such as 10.0.0.0/8"
    return ""


def _file_complaint(text: str) -> str:
    if text.startswith("~"):
        return "~ means nothing here: write the whole path, or one in the station's folder"
    if text.startswith("-----"):
        return "this is what stands in the file; write the file's path"
    return ""


_TLS: Final = Section(
    keys=(
        Key(
            name="cert",
            value=Text(
                wanted="a file such as /etc/letsencrypt/live/radio.example/fullchain.pem",
                may_be_empty=False,
                check=_file_complaint,
            ),
            doc="The certificate's file (PEM), with those it depends on: fullchain.pem.",
            required=True,
        ),
        Key(
            name="key",
            value=Text(
                wanted="a file such as /etc/letsencrypt/live/radio.example/privkey.pem",
                may_be_empty=False,
                check=_file_complaint,
            ),
            doc="The private key's file (PEM), without a password: privkey.pem.",
            required=True,
        ),
        Key(
            name="port",
            value=PORT,
            doc="Another port, for https; listen.port answers both http and https in any case.",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class _Https:
    """`tls:` the two files, and a port perhaps."""

    def read(self, node: Node, name: str, findings: Findings) -> Tls | None:
        """The files, not looked at; None unless both are named."""
        values = _TLS.read(node, name, findings) or {}
        return Tls(**values) if {"cert", "key"} <= set(values) else None

    def schema(self) -> Schema:
        """An object."""
        return _TLS.schema()


_LISTEN: Final = Section(
    keys=(
        Key(
            name="host",
            value=Text(wanted="an address such as 0.0.0.0", may_be_empty=False),
            doc="Address to listen on; 0.0.0.0 is all of them.",
            default="0.0.0.0",  # noqa: S104 - a radio station is there to be heard
        ),
        Key(name="port", value=PORT, doc="TCP port; 0 takes any free one.", default=8000),
        Key(name="tls", value=_Https(), doc="Serve https, too."),
        Key(name="max_listeners", value=LISTENERS, doc="One more is sent away with 503.", default=10_000),
        Key(
            name="max_per_address",
            value=Number(least=0, most=_MOST_LISTENERS, whole=True),
            doc="So many from one address, and no more; 0 is no limit.",
            default=0,
        ),
        Key(
            name="max_duration",
            field="max_duration_s",
            value=Duration(most_s=_LONGEST_S),
            doc="Who has listened for so long is disconnected, and may come again; 0s is no limit.",
            default="0s",
        ),
        Key(
            name="burst",
            field="burst_s",
            value=Duration(most_s=60),
            doc="Sound sent at once to a newcomer.",
            default="6s",
        ),
        Key(
            name="workers",
            value=Number(least=0, most=MOST_WORKERS, whole=True),
            doc="Processes that serve the listeners; with 0 one process does everything.",
            default=0,
        ),
        Key(
            name="slow_listener",
            value=Choice({"drop": "drop", "skip": "skip"}),
            doc="What happens to one that cannot keep up: disconnected, or loses whole blocks.",
            default="drop",
        ),
        Key(
            name="trusted_proxies",
            value=ListOf(each=Text(check=_proxy_complaint), of="addresses or networks"),
            doc="Only these may say on whose behalf they ask.",
            default=[],
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Door:
    """`listen:` as a whole."""

    def read(self, node: Node, name: str, findings: Findings) -> Listen | None:
        """The door; the two ports differ."""
        values: dict[str, Any] | None = _LISTEN.read(node, name, findings)
        if values is None:
            return None
        door = Listen(**values)
        # Port 0 is another free one each time.
        if door.tls is not None and door.tls.port and door.tls.port == door.port:
            tls = node.find("tls") if isinstance(node, Keyed) else None
            port = tls.find("port") if isinstance(tls, Keyed) else None
            findings.add(
                port or node,
                f"{name}.tls.port: {door.port} is listen.port already",
                "delete this line, and one port answers both; or choose another, e.g. 8443",
            )
        return door

    def schema(self) -> Schema:
        """An object."""
        return _LISTEN.schema()
