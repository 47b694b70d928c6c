"""Entry point of the app: `streamlit run app.py`, or `python -m cockpit serve`."""

import datetime as dt

import streamlit as st

from cockpit.ui import server, shell


def now() -> dt.datetime:
    """Read the clock: the only place in the app that does."""
    return dt.datetime.now(dt.UTC)


if __name__ == "__main__":
    shell.run(now)
else:
    app = st.App(
        __file__, middleware=server.middleware(shell.PATHS), routes=server.routes(), on_script_error=server.calm_error
    )
