"""A municipality ten times the demo's size: ten demo municipalities of different seeds joined into one."""

from pathlib import Path

import pandas as pd

from cockpit.services.demo import write_demo

SEEDS = range(101, 111)
IDS = {"indsats_id", "borger_id", "bilag"}  # each municipality's own; blank stays blank
SUMMED = {"folketal": ["aar", "alder"]}


def write_tenfold(folder: Path) -> list[Path]:
    """Write the joined extracts into `folder` and return their paths."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for seed in SEEDS:
        for path in write_demo(folder / str(seed), seed=seed):
            table = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")
            parts.setdefault(path.stem, []).append(_own_ids(table, seed))
    return [_write(folder / f"{name}.csv", name, tables) for name, tables in parts.items()]


def _own_ids(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    ids = {name: table[name].where(table[name] == "", f"K{seed}-" + table[name]) for name in IDS & set(table)}
    return table.assign(**ids)


def _write(path: Path, name: str, tables: list[pd.DataFrame]) -> Path:
    joined = pd.concat(tables, ignore_index=True)
    if keys := SUMMED.get(name):
        joined = joined.astype({"antal": int}).groupby(keys, sort=False, as_index=False)["antal"].sum()
    joined.to_csv(path, sep=";", index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return path
