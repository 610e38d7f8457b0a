"""What a question asks for beyond its words: of what has several names, all of them.

A tag that has aliases stands for something with names: its own last name, and these. A word, a phrase, or words one
after the other in a question that are one of the names ask for any. Words that must not be there stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from storage.fulltext.asking import All, Any, Leaf, Node, leaf_of
from storage.model import Tag

Names = Mapping[tuple[str, ...], Sequence[Leaf]]
"""The names of something, by the words of each of them."""


def known_names(tags: Iterable[Tag]) -> Names:
    """Return what has several names, by each of these."""
    found: dict[tuple[str, ...], list[Leaf]] = {}
    for tag in tags:
        if tag.aliases:
            names = (leaf_of(name) for name in (tag.path.rpartition("/")[2], *tag.aliases))
            leaves = list(dict.fromkeys(leaf for leaf in names if leaf is not None))
            for leaf in leaves:
                known = found.setdefault(leaf.words, [])
                known += [each for each in leaves if each not in known]
    return {words: leaves for words, leaves in found.items() if len(leaves) > 1}


def widened(node: Node, names: Names) -> Node:
    """Return a node that asks for any of the names of what it names."""
    if isinstance(node, Leaf):
        others = names.get(node.words) if not node.prefix and not node.near else None
        return Any((node, *(each for each in others if each != node))) if others else node
    if isinstance(node, Any):
        return Any(tuple(widened(part, names) for part in node.parts))
    return All(tuple(_runs(node.parts, names)), node.without)


def _runs(parts: Sequence[Node], names: Names) -> Iterable[Node]:
    """Yield what must be there; where words one after the other are a name, the other names will do in their place."""
    at = 0
    longest = max(map(len, names))
    while at < len(parts):
        for many in range(min(longest, len(parts) - at), 1, -1):
            run = parts[at : at + many]
            words = tuple(word for part in run if isinstance(part, Leaf) and _plain(part) for word in part.words)
            if len(words) == many and words in names:
                yield Any((All(tuple(run)), *names[words]))
                at += many
                break
        else:
            yield widened(parts[at], names)
            at += 1


def _plain(leaf: Leaf) -> bool:
    return len(leaf.words) == 1 and not leaf.prefix and not leaf.near
