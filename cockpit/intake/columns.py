"""Which kind of extract a header belongs to, and which of its columns is which field."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cockpit.domain.reference import spelling
from cockpit.intake.contracts import Contract
from cockpit.intake.profiles import STANDARD, Profile

Candidate = tuple[Profile, Contract]
_LIKELY = 0.5  # below half of the required columns, a guess at the kind would mislead


@dataclass(frozen=True)
class Match:
    """A header read as one kind of extract of one profile.

    `index`: contract field -> position; `unknown`: positions that no field claims; `repeated`: names that stand twice
    and are needed; `missing`: groups of required fields of which none is there.
    """

    profile: Profile
    contract: Contract
    index: dict[str, int]
    unknown: tuple[int, ...]
    repeated: tuple[str, ...]
    missing: tuple[tuple[str, ...], ...]

    @property
    def required_share(self) -> float:
        """Return the share of the required groups that the header covers."""
        return 1 - len(self.missing) / len(self.contract.required)


def candidates(profiles: dict[str, Profile], chosen: str | None) -> list[Candidate]:
    """Return what a file may be: any profile's kinds, or the chosen one's and the standard's for all other kinds."""
    standard = profiles[STANDARD]
    if chosen is None:
        others = [profile for name, profile in profiles.items() if name != STANDARD]
        return [(profile, contract) for profile in [standard, *others] for contract in profile.contracts()]
    own = profiles[chosen].contracts()
    rest = [contract for contract in standard.contracts() if contract not in own]
    return [(profiles[chosen], contract) for contract in own] + [(standard, contract) for contract in rest]


def known_names(options: Iterable[Candidate]) -> frozenset[str]:
    """Return the spelling of every column name that any of the candidates knows."""
    return frozenset().union(*(profile.known_names() for profile, _ in options))


def best_match(header: Sequence[str], options: Sequence[Candidate]) -> Match | None:
    """Return the reading of a header that covers the required columns best; None where none covers half of them."""
    matches = [match_columns(header, profile, contract) for profile, contract in options]
    best = max(matches, key=lambda match: (match.required_share, _covered(match), len(match.index)))
    return best if best.required_share >= _LIKELY and best.index else None


def _covered(match: Match) -> int:
    """Count the required groups of which a field is really there (an optional one may be absent)."""
    return sum(any(name in match.index for name in group) for group in match.contract.required)


def match_columns(header: Sequence[str], profile: Profile, contract: Contract) -> Match:
    """Read a header as one kind of extract of one profile."""
    positions = {spelling(name): at for at, name in reversed(list(enumerate(header))) if spelling(name)}
    index: dict[str, int] = {}
    for each in contract.fields:
        names = [spelling(name) for name in profile.names_of(contract.danish, each.name)]
        found = [positions[name] for name in names if name in positions and positions[name] not in index.values()]
        if found:
            index[each.name] = found[0]
    counts = Counter(spelling(name) for name in header if name)
    claimed = set(index.values())
    missing = tuple(group for group in contract.required if not _is_covered(group, index, profile))
    return Match(
        profile,
        contract,
        index,
        tuple(at for at in range(len(header)) if at not in claimed),
        tuple(header[at] for at in sorted(claimed) if counts[spelling(header[at])] > 1),
        missing,
    )


def _is_covered(group: Sequence[str], index: dict[str, int], profile: Profile) -> bool:
    return any(name in index or name in profile.optional for name in group)
