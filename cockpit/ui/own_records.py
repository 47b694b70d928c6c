"""What every section of records of one's own does on its page: says what was kept, a form to enter, a way to remove."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from cockpit.domain.findings import UserFault
from cockpit.ui import messages
from cockpit.ui.plain_text import show_fault

HELP = {"text": "Aldrig navne eller CPR-numre: papirerne viser det, der står her"}  # help of what papers print


@dataclass(frozen=True)
class Section:
    """The records of one sort on a page.

    Attributes:
        name: what its widgets are called.
        one: the record in Danish, `article` its article, and `the` the same in the definite form.
    """

    name: str
    one: str
    the: str
    article: str

    @property
    def label(self) -> str:
        """The record as a heading."""
        return self.one.capitalize()

    def told(self) -> None:
        """Show what the last change said, once."""
        messages.show(self._message)

    def form(self, fields: Callable[[int], dict[str, str]], add: Callable[[dict[str, str]], str]) -> None:
        """Let the user enter a record.

        Args:
            fields: draws the fields, given the number of the form for their keys, and returns what is in them.
            add: keeps the record and returns what to say of it; raises UserFault.
        """
        # A new number empties the form once a record is kept; until then a fault leaves everything as it was written.
        number = st.session_state.setdefault(self._number, 0)
        with st.expander(f"Skriv {self.article} {self.one} ind"):
            with st.form(f"{self.name}_{number}", border=False):
                chosen = fields(number)
                wanted = st.form_submit_button(f"Gem {self.the}", key=f"gem_{self.name}_{number}")
            if not wanted:
                return
            try:
                message = add(chosen)
            except UserFault as fault:
                show_fault(fault)
                return
            st.session_state[self._number] += 1
            self._say(message)

    def removal(self, texts: Mapping[str, str], remove: Callable[[str], str]) -> None:
        """Let the user take away one of the records, by key and text; `remove` returns what to say of it."""
        with st.expander(f"Fjern {self.article} {self.one}"):
            key = st.selectbox(
                self.label, list(texts), format_func=lambda one: texts.get(one, one), key=f"fjern_valgt_{self.name}"
            )
            if st.button(f"Fjern {self.the}", key=f"fjern_{self.name}") and key is not None:
                self._say(remove(key))

    def _say(self, message: str) -> None:
        """Compute the page anew, with the message where the section begins."""
        messages.leave(self._message, message)
        st.rerun()

    @property
    def _message(self) -> str:
        return f"besked_om_{self.name}"

    @property
    def _number(self) -> str:
        return f"{self.name}_nummer"
