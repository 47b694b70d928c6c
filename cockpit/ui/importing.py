"""The import form: choose files, try them without storing, load them, read what was found."""

import hashlib

import streamlit as st

from cockpit.domain import format as fmt
from cockpit.services.load_findings import NEW_IDS
from cockpit.services.load_month import LoadReport, Upload, load_month
from cockpit.services.workspace import month_from
from cockpit.ui import expected_files, findings, mapping, tables
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context

REPORT_KEY = "seneste_indlæsning"
AUTOMATIC = ""
NEW_IDS_KEY = "nye_numre"


def show(context: Context) -> None:
    """Show the form and, once something was tried or loaded, its report."""
    given = st.file_uploader(
        "Månedens udtræk (CSV, tekst eller Excel), gerne flere på én gang",
        accept_multiple_files=True,
        key="udtræk",
    )
    uploads = [Upload(file.name, file.getvalue()) for file in given]
    month, profile = _choices(context)
    confirmation = st.empty()
    with st.container(horizontal=True):
        tried = st.button("Prøv uden at gemme", disabled=not uploads, key="afprøv")
        loaded = st.button("Indlæs", type="primary", disabled=not uploads, key="indlæs")
    if tried or loaded:
        st.session_state[REPORT_KEY] = (_run(context, uploads, month, profile, dry_run=tried), tried)
    if REPORT_KEY in st.session_state:
        report, dry_run = st.session_state[REPORT_KEY]
        if report.is_confirmable and not report.stored and _is_of(report, uploads):
            confirmation.checkbox(f"{NEW_IDS}; udtrækket er hele bestanden", key=NEW_IDS_KEY)
        _report(report, dry_run=dry_run)
    if uploads:
        mapping.show(context, uploads, profile)
    else:
        expected_files.show()


def _is_of(report: LoadReport, uploads: list[Upload]) -> bool:
    """Whether a report is on the files that are chosen now: nobody confirms anything of others."""
    return {file.sha256 for file in report.files} == {hashlib.sha256(one.content).hexdigest() for one in uploads}


def _choices(context: Context) -> tuple[str | None, str | None]:
    left, right = st.columns(2)
    month = left.text_input(
        "Opgørelsesmåned (kan stå tom)",
        placeholder="ÅÅÅÅ-MM, ellers den nyeste bogførte periode",
        key="opgørelsesmåned",
    )
    titles = {AUTOMATIC: "Find selv"} | mapping.profile_titles(context)
    profile = right.selectbox(
        "Kolonneprofil", list(titles), format_func=titles.__getitem__, key=mapping.PROFILE_KEY, filter_mode=None
    )
    return month.strip() or None, profile or None


def _run(
    context: Context, uploads: list[Upload], month: str | None, profile: str | None, *, dry_run: bool
) -> LoadReport:
    with st.spinner(f"Kontrollerer {fmt.plural(len(uploads), 'fil', 'filer')}"):
        return load_month(
            context.workspace,
            uploads,
            as_of=month_from(month),
            profile=profile,
            dry_run=dry_run,
            new_ids=bool(st.session_state.get(NEW_IDS_KEY)),
            user=context.user,
            at=context.clock(),
        )


def _report(report: LoadReport, *, dry_run: bool) -> None:
    say = st.success if findings.is_success(report) else st.error
    say(findings.headline(report, dry_run=dry_run))
    for note in report.notes:
        st.caption(escaped(note))
    caption = "Rækker læst = gemt + afvist"
    st.html(tables.html_table(findings.files_frame(report), findings.FILES, caption, total_last=True))
    every = findings.all_findings(report)
    found, folded = findings.frame(every), findings.folded(every)
    for severity, title in findings.TITLES.items():
        word = findings.WORDS[severity]
        _group(title, folded[folded["alvor"] == word], found[found["alvor"] == word], report)
    if len(found):
        st.download_button(
            "Hent alle fund som CSV", findings.csv(found), "fund.csv", "text/csv", key="fund", on_click="ignore"
        )


def _group(
    title: str, folded: "findings.pd.DataFrame", found: "findings.pd.DataFrame", report: LoadReport
) -> None:
    """Show each kind of fault once; where there are many of a kind, each of them behind a fold."""
    if found.empty:
        return
    st.header(escaped(f"{title} ({fmt.number(len(found))})"))
    caption = "Hvor det er, og hvad I gør"
    if len(folded) == len(found):
        st.html(tables.stacked_table(found, findings.columns(report), caption))
        return
    st.html(tables.stacked_table(folded, findings.columns(report, findings.FOLDED), caption))
    which = "de første" if len(found) > findings.SHOWN else "alle"
    with st.expander(f"Vis {which} {fmt.number(min(len(found), findings.SHOWN))} enkeltvis"):
        left_out = f"; de første {fmt.number(findings.SHOWN)} vises, resten står i CSV-filen"
        caption = f"Alle fund enkeltvis{left_out if len(found) > findings.SHOWN else ''}"
        st.html(tables.stacked_table(found.head(findings.SHOWN), findings.columns(report), caption))
