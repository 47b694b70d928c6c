"""Which kind of extract a header belongs to, and which of its columns is which field."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cockpit.domain.reference import spelling
from cockpit.intake.contracts import Contract
from cockpit.intake.profiles import STANDARD, Profile

_LIKELY = 0.5  # below half of the required columns, a guess at the kind would mislead


@dataclass(frozen=True)
class Candidate:
    """What a file may be: one kind of extract of one profile.

    `own`: spellings of column names that the standard profile does not know for this kind. With `must_claim`, a file
    is only taken where it shows one of them: else a standard file that lacks a column would pass for a whole file of
    a system that needs fewer.
    """

    profile: Profile
    contract: Contract
    own: frozenset[str]
    must_claim: bool


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
        """Return the share that the header covers of the groups that this profile requires."""
        required = [group for group in self.contract.required if not _is_optional(group, self.profile)]
        return 1 - len(self.missing) / len(required)


def candidates(profiles: Mapping[str, Profile], chosen: str | None) -> list[Candidate]:
    """Return what a file may be: any profile's kinds, or the chosen one's and the standard's for all other kinds."""
    standard = profiles[STANDARD]
    first = standard if chosen is None else profiles[chosen]
    others = [profile for profile in profiles.values() if profile is not first] if chosen is None else [standard]
    found = [_candidate(first, contract, standard, must_claim=False) for contract in first.contracts()]
    for profile in others:
        kinds = [contract for contract in profile.contracts() if chosen is None or contract not in first.contracts()]
        found += [_candidate(profile, contract, standard, must_claim=profile is not standard) for contract in kinds]
    return found


def _candidate(profile: Profile, contract: Contract, standard: Profile, *, must_claim: bool) -> Candidate:
    own = profile.known_names_of(contract) - standard.known_names_of(contract)
    return Candidate(profile, contract, own, must_claim)


def known_names(options: Iterable[Candidate]) -> frozenset[str]:
    """Return the spelling of every column name that any of the candidates knows."""
    return frozenset().union(*(option.profile.known_names_of(option.contract) for option in options))


def best_match(header: Sequence[str], options: Sequence[Candidate]) -> Match | None:
    """Return the reading of a header that covers the required columns best; None where none covers half of them.

    One column alone is no reading either: a `DOB` among columns of another language does not make a return of children.
    Between equals the one with more names of its own wins, then the first: somebody made that profile for this file.
    """
    matches = [(match_columns(header, option.profile, option.contract), option) for option in options]
    claimed = [(match, _own_names(match, header, option)) for match, option in matches
               if not option.must_claim or _own_names(match, header, option)]  # fmt: skip
    best, _ = max(
        claimed, key=lambda pair: (pair[0].required_share, _covered(pair[0]), len(pair[0].index), pair[1])
    )  # fmt: skip
    return best if best.required_share >= _LIKELY and len(best.index) > 1 else None


def _own_names(match: Match, header: Sequence[str], option: Candidate) -> int:
    return sum(spelling(header[at]) in option.own for at in match.index.values())


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
    missing = tuple(
        group
        for group in contract.required
        if not _is_optional(group, profile) and not any(name in index for name in group)
    )
    return Match(
        profile,
        contract,
        index,
        tuple(at for at in range(len(header)) if at not in claimed),
        tuple(header[at] for at in sorted(claimed) if counts[spelling(header[at])] > 1),
        missing,
    )


def _is_optional(group: Sequence[str], profile: Profile) -> bool:
    return any(name in profile.optional for name in group)
