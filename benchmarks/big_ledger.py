"""A ledger file of any length, as a municipality's finance system would write it."""

from pathlib import Path

import numpy as np
import pandas as pd

ACCOUNTS = ("528201003", "528212002", "528212004", "528221004", "528221002", "528231002")


def write_big_ledger(path: Path, rows: int) -> Path:
    """Write `rows` postings over six years in Danish form and return the path."""
    rng = np.random.default_rng(7)
    months = pd.period_range("2019-01", "2024-12", freq="M")
    booked_in = months[np.sort(rng.integers(0, len(months), rows))]
    amounts = rng.lognormal(9.5, 0.8, rows)
    frame = pd.DataFrame(
        {
            "Periode": booked_in.astype(str),
            "Konto": rng.choice(ACCOUNTS, rows),
            "Beløb": [f"{amount:,.2f}".translate(str.maketrans(",.", ".,")) for amount in amounts],
            "Vedrører": (booked_in - rng.integers(0, 3, rows)).astype(str),
            "Leverandør": rng.choice(["Birkely", "Fjordgården", "Egelund Familiepleje"], rows),
            "Bilag": [f"B{number:07d}" for number in range(rows)],
            "Tekst": "faktura",
        }
    )
    frame.to_csv(path, sep=";", index=False, encoding="utf-8-sig")
    return path
