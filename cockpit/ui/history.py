"""What was loaded and what each month rests on, in words and tables: pure."""

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.control_totals import apart, awaits_bills, due
from cockpit.domain.reference import Reference
from cockpit.services.reconstruction import KINDS
from cockpit.ui import tables

RECONSTRUCTION = (
    "En måned uden egen indlæsning er genskabt ud fra en senere: kun det, der var registreret, startet, bogført eller "
    "vedtaget dengang, tæller med, og forventede slutdatoer bruges ikke."
)
OWN, EARLIER, LATER, NONE = "egen indlæsning", "tidligere indlæsning", "genskabt", "ingen data"
BATCHES = (
    tables.Column("file_name", "Fil", lambda path: short_name(path), numeric=False),
    tables.Column("kind", "Slags", lambda kind: KINDS[kind], numeric=False),
    tables.Column("as_of", "Opgjort pr.", fmt.month_year, numeric=False),
    tables.Column("rows_stored", "Gemt", fmt.number),
    tables.Column("rows_rejected", "Afvist", fmt.number),
    tables.Column("loaded_at", "Indlæst", fmt.moment, numeric=False),
    tables.text_column("user", "Af"),
    tables.text_column("profile", "Profil"),
    tables.Column("sha256", "Aftryk", lambda digest: digest[:12], numeric=False),
)
BASIS = (
    tables.text_column("month", "Måneder"),
    *(tables.text_column(kind, title) for kind, title in KINDS.items()),
)
RECONCILIATION = (
    tables.text_column("name", "Fil"),
    tables.Column("rows_read", "Læst", fmt.number),
    tables.Column("rows_stored", "Gemt", fmt.number),
    tables.Column("rows_rejected", "Afvist", fmt.number),
    tables.Column("difference", "Forskel", fmt.number),
)
FAR, NEAR = "undersøg", "følges ad"
AWAITS, TOO_EARLY = "regninger på vej", "for tidligt at vurdere"
CONTROL = (
    tables.text_column("type", "Type"),
    tables.Column("quarter", "Kvartal", lambda quarter: _quarter(quarter), numeric=False),
    tables.Column("difference", "Forskel", lambda amount: fmt.number(amount, signed=True)),
    tables.Column("booked", "Bogført", fmt.number),
    tables.Column("activity", "Indsatserne giver", fmt.number),
    tables.Column("due", "Mindst ventet nu", fmt.number),
    tables.Column("share", "Forskel i %", fmt.percent),
    tables.text_column("state", "Vurdering"),
)


def _quarter(quarter: pd.Period) -> str:
    return f"{quarter.quarter}. kvartal {quarter.year}".replace(" ", fmt.NBSP)


def short_name(path: str) -> str:
    """Return a file's name without its folders."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def state(batches: pd.DataFrame) -> str:
    """Answer in one sentence how far the data reach."""
    if batches.empty:
        return "Der er ingen data endnu: indlæs de første udtræk"
    return f"Der er data til og med {fmt.month_long(batches['as_of'].max())}"


def state_below(batches: pd.DataFrame) -> str:
    """Say when and by whom data were last loaded."""
    if batches.empty:
        return "Vælg filerne nedenfor. Prøv dem gerne uden at gemme først."
    last = batches.loc[batches["load_no"].idxmax()]
    loads = fmt.plural(batches["load_no"].nunique(), "indlæsning", "indlæsninger")
    return f"{loads}; den seneste {fmt.moment(last['loaded_at'])} af {last['user']}."


def undo_question(batches: pd.DataFrame) -> str:
    """Ask whether the last load shall go, and say what goes with it."""
    last = batches[batches["load_no"] == batches["load_no"].max()]
    names = fmt.enumeration([short_name(path) for path in last["file_name"]])
    return (
        f"Indlæsningen fra {fmt.moment(last['loaded_at'].iloc[0])}, opgjort pr. "
        f"{fmt.month_long(last['as_of'].iloc[0])}, fjernes: {names} "
        f"({fmt.plural(int(last['rows_stored'].sum()), 'række', 'rækker')}). Tidligere indlæsninger bliver stående."
    )


def basis_of_months(months: list[pd.Period], batches: pd.DataFrame) -> pd.DataFrame:
    """Return per run of months and kind whether an own, an earlier or a later load is read, newest first."""
    loaded = {kind: sorted(batches.loc[batches["kind"] == kind, "as_of"]) for kind in KINDS}
    rows = [{"month": month} | {kind: _basis(month, loaded[kind]) for kind in KINDS} for month in reversed(months)]
    return _drawn_together(pd.DataFrame(rows, columns=["month", *KINDS]))


def _drawn_together(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each run of months that rest on the same: 80 equal lines tell nothing more than one."""
    changes = (frame[list(KINDS)] != frame[list(KINDS)].shift()).any(axis=1).cumsum()
    runs = frame.groupby(changes, sort=False)
    first = runs.first()
    return first.assign(month=[_span(run["month"].iloc[-1], run["month"].iloc[0]) for _, run in runs])


def _span(oldest: pd.Period, newest: pd.Period) -> str:
    return fmt.month_year(newest) if oldest == newest else f"{fmt.month_year(oldest)} – {fmt.month_year(newest)}"


def _basis(month: pd.Period, loaded: list[pd.Period]) -> str:
    if not loaded:
        return NONE
    if month in loaded:
        return OWN
    return EARLIER if loaded[0] < month else LATER


def reconciliation(batches: pd.DataFrame) -> pd.DataFrame:
    """Return rows read, stored and rejected per file with what does not add up, and the sum."""
    counts = batches[["rows_read", "rows_stored", "rows_rejected"]].astype(int)
    named = counts.assign(name=batches["file_name"].map(short_name))
    every = pd.concat([named, pd.DataFrame([{**counts.sum(), "name": "I alt"}])], ignore_index=True)
    return every.assign(difference=every["rows_read"] - every["rows_stored"] - every["rows_rejected"])


def reconciliation_verdict(counts: pd.DataFrame) -> str:
    """Say whether every row that was read is accounted for."""
    files = counts.iloc[:-1]
    wrong = files[files["difference"] != 0]
    if wrong.empty:
        return "Alle læste rækker er enten gemt eller afvist med en grund."
    return f"Tallene stemmer ikke for {fmt.enumeration(wrong['name'].tolist())}. Indlæs filen igen."


def control_rows(totals: pd.DataFrame, reference: Reference, month: pd.Period) -> pd.DataFrame:
    """Return the rows to show of this year and the one before with their `state`, the newest quarter first.

    `due` is what usually is booked by now at the least; absent where the ledger is too short to say.
    """
    recent = totals[[quarter.year >= month.year - 1 for quarter in totals["quarter"]]]
    far = apart(recent, reference, month)
    late = recent[awaits_bills(recent, reference, month)]
    states = dict.fromkeys(far.index, FAR) | late["usual"].isna().map({True: TOO_EARLY, False: AWAITS}).to_dict()
    shown = recent.assign(
        type=[reference.type_name(key) for key in recent["type_key"]],
        difference=recent["activity"] - recent["booked"],
        share=(recent["activity"] / recent["booked"].where(recent["booked"] != 0) - 1).astype(float),
        due=due(recent),
        state=[states.get(index, NEAR) for index in recent.index],
    )
    return shown.sort_values(["quarter", "type"], ascending=[False, True], ignore_index=True)


def control_verdict(shown: pd.DataFrame) -> str:
    """Say whether ledger and activity follow each other, and how many quarters have bills on their way."""
    far, awaits = (int((shown["state"] == state).sum()) for state in (FAR, AWAITS))
    if far:
        text = f"Bogføring og indsatser ligger langt fra hinanden i {fmt.plural(far, 'tilfælde', 'tilfælde')}."
    else:
        text = "Bogføring og indsatser følges ad i de viste kvartaler, så langt regningerne plejer at være kommet."
    if not awaits:
        return text
    return (
        f"{text} I {fmt.plural(awaits, 'tilfælde', 'tilfælde')} er der bogført langt mindre, end indsatserne giver, "
        "men ikke langt mindre, end der plejer at være på denne tid: regninger er på vej."
    )
