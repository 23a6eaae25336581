"""Where each value of a file stands, for what is said about it once it has been understood."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from radiocast.config.document import Findings, Items, Keyed, Node, read_document

Place = tuple[int, int]


def places(file: Path) -> Mapping[str, Place]:
    """Line and column by name: `listen.tls.cert`, `mounts[1].max_listeners`; entries count from 1.

    Empty for a file that cannot be read.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, ValueError):
        return {}
    root = read_document(text, Findings(file))
    return {} if root is None else dict(_walk(root, ""))


def _walk(node: Node, name: str) -> Iterator[tuple[str, Place]]:
    if name:
        yield name, (node.line, node.column)
    if isinstance(node, Keyed):
        for key, value in node.pairs:
            yield from _walk(value, f"{name}.{key.text}" if name else key.text)
    elif isinstance(node, Items):
        for number, value in enumerate(node.nodes, 1):
            yield from _walk(value, f"{name}[{number}]")
