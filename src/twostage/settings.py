"""Named values written into params.yaml, every other byte of which stays as it is."""

import json
from pathlib import Path
from typing import Any

import yaml

from twostage.base import params
from twostage.base.errors import InputError
from twostage.base.store import written


def apply(settings: Path, path: Path = params.FILE) -> list[str]:
    """Write each value of `settings`, a mapping of dotted names, in place of that of `path`; gives what changed.

    A value replaces the whole of the old one, a list or a mapping too.

    Raises
    ------
    InputError
        If a name doesn't stand in `path`, or a value isn't what params.yaml may hold. Nothing is written then.
    """
    wanted, before = params.document(settings), params.document(path)
    text = path.read_bytes().decode("utf-8")
    root: Any = yaml.compose(text, yaml.SafeLoader)
    changed, splices = [], []
    for name, value in wanted.items():
        key, node = _find(root, str(name), settings, path)
        if within := [other for other in wanted if str(other).startswith(f"{name}.")]:
            raise InputError(f"{settings}: {name} holds {within[0]} already, expected one or the other")
        old = _value(before, str(name))
        if old != value or type(old) is not type(value):
            _check_value(value, str(name), settings)
            changed.append(f"{name}: {_shown(old)} -> {_shown(value)}")
            # A block list may stand at its key's own column, another value may not.
            indent = " " * max(0, key.start_mark.column + 2 - node.start_mark.column)
            splices.append((node.start_mark.index, _end(node), indent + _shown(value, _quotes(node))))
    for start, end, new in sorted(splices, reverse=True):
        text = text[:start] + (new if text[start - 1 : start].isspace() else f" {new}") + text[end:]
    if changed:
        with written(path) as temporary:
            temporary.write_bytes(text.encode("utf-8"))
    return changed


def _find(node: yaml.Node, name: str, settings: Path, path: Path) -> tuple[yaml.Node, yaml.Node]:
    """The key that a dotted name ends in, and its value."""
    key = node
    for place, part in enumerate(name.split(".")):
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        known = {pair[0].value: pair for pair in pairs}
        if part not in known:
            above = ".".join(name.split(".")[:place]) or "the top"
            raise InputError(f"{settings}: {name} isn't in {path}; {above} has {', '.join(known) or 'no names'}")
        key, node = known[part]
    return key, node


def _value(values: Any, name: str) -> Any:
    for part in name.split("."):
        values = values[part]
    return values


def _end(node: yaml.Node) -> int:
    """Behind a node's last character. A block's own mark lies behind the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _check_value(value: Any, name: str, settings: Path) -> None:
    try:
        json.dumps(value)
    except TypeError:
        raise InputError(f"{settings}: {name} = {value}, expected quotes around a date") from None


def _quotes(node: yaml.Node) -> str | None:
    return node.style if isinstance(node, yaml.ScalarNode) and node.style in ("'", '"') else None


def _shown(value: Any, quotes: str | None = None) -> str:
    """YAML on one line; text in these quotes, or in those that it needs."""
    style = quotes if isinstance(value, str) else None
    text = yaml.safe_dump(
        value, default_flow_style=True, default_style=style, width=2**20, sort_keys=False, allow_unicode=True
    )
    return str(text).removesuffix("...\n").strip()
