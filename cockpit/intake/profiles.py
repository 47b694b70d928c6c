"""Profiles: which column names and spellings a source system uses. Small TOML files, read and written here."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cockpit.domain.findings import UserFault
from cockpit.domain.reference import spelling
from cockpit.intake import cpr
from cockpit.intake.contracts import CONTRACTS, VALUE_FIELDS, Contract
from cockpit.plumbing.files import SHARED, replace_file

STANDARD = "standard"
_FLAGS = ("end_exclusive", "yearly_returns", "place_codes")
_KEYS = {"name", "title", "optional", "defaults", "columns", "values", *_FLAGS}
Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Profile:
    """How one source system writes the contract.

    `columns`: per Danish kind and contract field, the names it may have besides its own, best first.
    `values`: per field (`enhed`, `status`, `budgettype`, `type`), the spellings of each key.
    `optional`: contract fields that may be absent although the contract requires them; `defaults` fill blanks.
    `end_exclusive`: an end date is the first day out of force. `yearly_returns`: rows are superseded by later
    returns, and a file of children (`stamdata`) gives the dates of birth. `place_codes`: types are PLACE codes.
    """

    name: str
    title: str
    columns: Mapping[str, Names] = field(default_factory=dict)
    values: Mapping[str, Names] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    end_exclusive: bool = False
    yearly_returns: bool = False
    place_codes: bool = False

    def names_of(self, kind: str, contract_field: str) -> tuple[str, ...]:
        """Return the column names a field may have in a file, best first.

        The contract's own name leads in the standard profile; in any other, somebody chose the names on purpose.
        """
        chosen = self.columns.get(kind, {}).get(contract_field, ())
        return (contract_field, *chosen) if self.name == STANDARD else (*chosen, contract_field)

    def contracts(self) -> tuple[Contract, ...]:
        """Return the kinds of file that this profile describes."""
        return tuple(CONTRACTS[kind] for kind in CONTRACTS if kind in self.columns)

    def known_names_of(self, contract: Contract) -> frozenset[str]:
        """Return the spelling of every column name that a file of one kind may have in this profile."""
        names = (name for each in contract.fields for name in self.names_of(contract.danish, each.name))
        return frozenset(map(spelling, names))

    def key_of(self, contract_field: str, text: str) -> str | None:
        """Return the key that a text means in a field with a fixed set of values, None where it means none."""
        wanted = spelling(text)
        for key, spellings in self.values.get(contract_field, {}).items():
            if wanted in {spelling(word) for word in spellings}:
                return key
        return None


def read_profiles(folders: Iterable[Path]) -> dict[str, Profile]:
    """Read every profile of the folders; one found later takes the place of one of the same name.

    Raises:
        UserFault: a file is no profile, or the standard profile is missing.
    """
    files = [path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.toml"))]
    found = {profile.name: profile for profile in map(_read, files)}
    if STANDARD not in found:
        raise UserFault("Kolonneprofilen standard.toml mangler i data/profiles. Hent den igen.")
    return {name: _on_top_of(found[STANDARD], profile) for name, profile in found.items()}


def _read(path: Path) -> Profile:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise UserFault(f"Kolonneprofilen {path.name} kan ikke læses som TOML: {cpr.mask(str(fault))}") from fault
    try:
        return _profile(table)
    except _BadProfile as fault:
        raise UserFault(f"Kolonneprofilen {path.name}: {cpr.mask(str(fault))}") from fault


class _BadProfile(ValueError):
    """A profile says something that no profile can say."""


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise _BadProfile(message)


def _profile(table: dict[str, Any]) -> Profile:
    unknown = sorted(set(table) - _KEYS)
    _require(not unknown, f"ukendte ord: {', '.join(unknown)}. Brug {', '.join(sorted(_KEYS))}.")
    _require(isinstance(table.get("name"), str) and bool(table["name"]), "navnet (name) mangler.")
    columns, values, defaults = (_named(table, name) for name in ("columns", "values", "defaults"))
    _check_columns(columns)
    _require(set(values) <= VALUE_FIELDS, f"[values] kan kun have {', '.join(sorted(VALUE_FIELDS))}.")
    optional = table.get("optional", [])
    _require(_is_list_of_texts(optional), "optional skal være en liste af tekster.")
    flags = {flag: table.get(flag, False) for flag in _FLAGS}
    _require(all(isinstance(value, bool) for value in flags.values()), f"{', '.join(_FLAGS)} er true eller false.")
    return Profile(
        name=table["name"],
        title=str(table.get("title", table["name"])),
        columns={kind: _tuples(f"columns.{kind}", names) for kind, names in columns.items()},
        values={name: _tuples(f"values.{name}", spellings) for name, spellings in values.items()},
        defaults={name: str(value) for name, value in defaults.items()},
        optional=frozenset(optional),
        **flags,
    )


def _named(table: dict[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name, {})
    _require(isinstance(found, dict), f"[{name}] skal være en tabel.")
    return dict(found)


def _check_columns(columns: dict[str, Any]) -> None:
    for kind, names in columns.items():
        _require(kind in CONTRACTS, f"[columns.{kind}] er ikke et slags udtræk. Brug {', '.join(CONTRACTS)}.")
        _require(isinstance(names, dict), f"[columns.{kind}] skal være en tabel.")
        known = {each.name for each in CONTRACTS[kind].fields}
        unknown = sorted(set(names) - known)
        _require(not unknown, f"[columns.{kind}] har ukendte felter: {', '.join(unknown)}.")


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _tuples(place: str, names: Any) -> dict[str, tuple[str, ...]]:
    _require(isinstance(names, dict), f"[{place}] skal være en tabel.")
    for words in names.values():
        _require(_is_list_of_texts(words), f"[{place}] skal have lister af tekster.")
    return {name: tuple(words) for name, words in names.items()}


def _on_top_of(standard: Profile, profile: Profile) -> Profile:
    """Return a profile with the standard's spellings of values added to its own."""
    if profile.name == STANDARD:
        return profile
    values = {name: dict(spellings) for name, spellings in standard.values.items()}
    for name, spellings in profile.values.items():
        for key, words in spellings.items():
            values.setdefault(name, {})[key] = (*words, *values.get(name, {}).get(key, ()))
    return Profile(**{**profile.__dict__, "values": values})


def save_profile(folder: Path, profile: Profile) -> Path:
    """Write a profile that `read_profiles` reads back; an existing one of the same name is replaced.

    Raises:
        UserFault: the name cannot be a file name, is built in, some text holds a CPR number, or the folder cannot be
            written.
    """
    file_name = re.sub(r"[^a-z0-9]+", "-", spelling(profile.name)) or "-"
    if file_name == "-" or profile.name == STANDARD:
        raise UserFault("Giv profilen et navn med bogstaver eller tal, som ikke er standard.")
    text = _toml(profile)
    if cpr.contains(text):
        raise UserFault("Profilen indeholder noget, der ligner et CPR-nummer. Ret kolonnens overskrift i udtrækket.")
    path = folder / f"{file_name}.toml"
    try:
        replace_file(path, text.encode(), mode=SHARED)
    except OSError as fault:
        raise UserFault(f"Profilen kan ikke gemmes i {folder}. Se efter, om der er plads og adgang.") from fault
    return path


def _toml(profile: Profile) -> str:
    lines = [f"name = {_quoted(profile.name)}", f"title = {_quoted(profile.title)}"]
    lines += [f"{flag} = true" for flag in _FLAGS if getattr(profile, flag)]
    if profile.optional:
        lines.append(f"optional = {_list(sorted(profile.optional))}")
    lines += _table("defaults", {key: _quoted(value) for key, value in profile.defaults.items()})
    for kind, names in profile.columns.items():
        lines += _table(f"columns.{kind}", {name: _list(words) for name, words in names.items()}, always=True)
    for name, spellings in profile.values.items():
        lines += _table(f"values.{name}", {key: _list(words) for key, words in spellings.items()})
    return "\n".join(lines) + "\n"


def _table(name: str, entries: Mapping[str, str], *, always: bool = False) -> list[str]:
    if not entries and not always:
        return []
    return ["", f"[{name}]", *(f"{_quoted(key)} = {value}" for key, value in entries.items())]


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, words))}]"


def _quoted(text: str) -> str:
    def escape(sign: str) -> str:
        if sign in '"\\':
            return "\\" + sign
        return sign if sign >= " " and sign != "\x7f" else f"\\u{ord(sign):04x}"

    return '"' + "".join(map(escape, text)) + '"'
