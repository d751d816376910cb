"""Rank texts by the words of a query: BM25 over fields of different weight.

https://dl.acm.org/doi/10.1145/1031171.1031181 (simple BM25 extension to multiple weighted fields)
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

__all__ = ["Ranking", "words"]

_SATURATION: Final = 1.2  # k1: how soon further occurrences of a word stop counting
_LENGTH: Final = 0.8  # b: how much less a word counts in a longer field

_STOP: Final = frozenset(
    ["a", "all", "an", "and", "any", "are", "as", "at", "be", "by", "can", "do", "for", "from", "how", "i", "in", "into", "is", "it", "its", "of", "on", "or", "our", "that", "the", "their", "this", "to", "want", "what", "which", "with", "your"]
)  # fmt: skip

# Synonyms for the same act; the first word of each line represents all of them.
_SAME: Final = {
    word: line[0]
    for line in (
        ("get", "fetch", "read", "retrieve", "show", "view", "inspect"),
        ("list", "enumerate", "browse"),
        ("create", "add", "new", "make", "post", "insert", "register", "open"),
        ("update", "edit", "change", "modify", "patch", "put", "replace", "rename"),
        ("delete", "remove", "destroy", "drop", "erase", "revoke"),
        ("search", "find", "query", "lookup", "filter"),
        ("run", "execute"),
        ("start", "trigger", "launch", "dispatch", "invoke"),
        ("stop", "cancel", "abort", "terminate"),
        ("download", "export"),
        ("upload", "attach", "import"),
        ("send", "submit"),
        ("authenticated", "current", "me", "my", "own", "self"),
        ("repository", "repo"),
        ("organization", "organisation", "org"),
    )
    for word in line
}


def words(text: str) -> list[str]:
    """Return the words of a text in plain form: lower case, singular, one word for all synonyms."""
    found = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+", text)
    return [_plain(word.lower()) for word in found if word.lower() not in _STOP]


def _plain(word: str) -> str:
    one = _singular(word)
    stem = _stem(one)
    return next((_SAME[form] for form in (word, one, stem, f"{stem}e") if form in _SAME), stem)


def _stem(word: str) -> str:
    ends = (end for end in ("ing", "ed", "er") if word.endswith(end) and len(word) >= len(end) + 4)
    return word.removesuffix(next(ends, ""))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


class Ranking:
    """An index of documents, each with a text per field; `weights` are the weights of the fields."""

    def __init__(self, documents: Sequence[Mapping[str, str]], weights: Mapping[str, float]) -> None:
        self._postings: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        self._size = len(documents)
        for field, weight in weights.items():
            counts = [Counter(words(document.get(field, ""))) for document in documents]
            mean = sum(one.total() for one in counts) / max(1, len(counts)) or 1.0
            for number, count in enumerate(counts):
                norm = 1 - _LENGTH + _LENGTH * count.total() / mean
                for word, times in count.items():
                    self._postings[word][number] += weight * times / norm

    def search(self, text: str) -> list[int]:
        """Return the indexes of the documents with a word of the query, the best first, ties in order."""
        scores: dict[int, float] = defaultdict(float)
        for word, share in self._known(words(text)):
            found = self._postings[word]
            rarity = math.log(1 + (self._size - len(found) + 0.5) / (len(found) + 0.5))
            for number, frequency in found.items():
                scores[number] += share * rarity * frequency / (_SATURATION + frequency)
        return sorted(scores, key=lambda number: (-scores[number], number))

    def _known(self, asked: Sequence[str]) -> Iterator[tuple[str, float]]:
        """Yield the query's words that documents have; for an unknown one, its completions or similar words."""
        for word in dict.fromkeys(asked):
            if word in self._postings:
                yield word, 1.0
                continue
            near = [one for one in self._postings if len(word) > 2 and one.startswith(word)][:5]
            for one in near or difflib.get_close_matches(word, self._postings, n=2, cutoff=0.8):
                yield one, 0.5
