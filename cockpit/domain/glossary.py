"""The words of the field and what they mean, found in the titles and captions that use them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Term:
    """One word of the field: how it is listed, how else it is written, what it means, and who says so."""

    name: str
    forms: tuple[str, ...]
    meaning: str
    source: str


@dataclass(frozen=True)
class Mention:
    """A term as it stands in a text, from `start` to `end`."""

    start: int
    end: int
    term: Term


@dataclass(frozen=True)
class Glossary:
    """All terms, in the order of the alphabet."""

    terms: tuple[Term, ...]

    def mentions(self, text: str) -> list[Mention]:
        """Return the terms that stand in a text as whole words, in order; the longest wins where they overlap."""
        plain = text.replace("\u00a0", " ").casefold()
        return [
            Mention(found.start(), found.end(), self._by_form[found.group()]) for found in self._pattern.finditer(plain)
        ]

    def named_in(self, text: str) -> list[Term]:
        """Return the terms that a text uses, each once."""
        return list(dict.fromkeys(mention.term for mention in self.mentions(text)))

    @cached_property
    def _by_form(self) -> dict[str, Term]:
        return {form.casefold(): term for term in self.terms for form in (term.name, *term.forms)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{'|'.join(_longest_first(self._by_form))})(?![\w-])")


def _longest_first(forms: Iterable[str]) -> list[str]:
    return [re.escape(form) for form in sorted(forms, key=len, reverse=True)]
