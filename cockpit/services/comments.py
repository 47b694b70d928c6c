"""Comments on the lines of a month: written with who and when, and read back.

The log owns them. The archive keeps the words that a month was closed with, which count as long as the log says nothing
of the month as a whole: what is written or taken back later is in the log alone.
"""

from dataclasses import replace
from datetime import datetime

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.comments import COMMENTED_LEVELS, LONGEST_COMMENT, WHOLE, LineComment, comments_of
from cockpit.domain.findings import UserFault
from cockpit.intake import cpr
from cockpit.services.workspace import Workspace
from cockpit.store.comment_log import append_comment, comments_path, damaged_lines, read_comments

__all__ = ["LineComment", "comments_at", "damage", "every_comment", "month_comments", "write_comment"]

_DAMAGED = (
    "Linje {lines} i {file} er beskadiget og læses ikke, så en kommentar kan mangle eller være en ældre. Ret eller "
    "slet linjen, eller gendan filen fra en sikkerhedskopi."
)
_CPR = "Der står noget, der ligner et CPR-nummer. Skriv kommentaren uden personoplysninger."
_TOO_LONG = f"Kommentaren er for lang. Skriv højst {fmt.number(LONGEST_COMMENT)} tegn."


def comments_at(workspace: Workspace, month: pd.Period) -> dict[tuple[str, str], LineComment]:
    """Return the comment of each line of a month by (level, key), what has the shape of a CPR number masked.

    The file lies where a text editor can reach it, past what `write_comment` refuses.
    """
    return comments_of(every_comment(workspace), month)


def every_comment(workspace: Workspace) -> list[LineComment]:
    """Return everything ever written, what counts least first, masked as in `comments_at`."""
    every = [*workspace.store.closing_comments(), *read_comments(workspace.path)]
    return [replace(one, text=cpr.mask(one.text)) for one in every]


def damage(workspace: Workspace) -> tuple[str, ...]:
    """Say in Danish which lines of the file of comments are left out; empty where none is."""
    lines = [str(number) for number in damaged_lines(workspace.path)]
    if not lines:
        return ()
    return (_DAMAGED.format(lines=fmt.enumeration(lines), file=comments_path(workspace.path).name),)


def month_comments(workspace: Workspace) -> dict[pd.Period, LineComment]:
    """Return the comment of each month as a whole, oldest month first, as `comments_at` does."""
    written = every_comment(workspace)
    found = {month: comments_of(written, month).get(WHOLE) for month in sorted({one.month for one in written})}
    return {month: one for month, one in found.items() if one is not None}


def write_comment(
    workspace: Workspace, month: pd.Period, line: tuple[str, str], text: str, *, user: str, at: datetime
) -> LineComment:
    """Write a comment on a line (level, key) of a month; an empty text takes the line's comment back.

    Raises:
        UserFault: there are no data for the month, the text has the shape of a CPR number or is too long, or the file
            cannot be written.
    """
    level, key = line
    if level not in COMMENTED_LEVELS:
        raise ValueError(f"no line of level {level} is commented on")
    workspace.month_or_newest(month)
    text = text.strip()
    if cpr.contains(text):
        raise UserFault(_CPR)
    if len(text) > LONGEST_COMMENT:
        raise UserFault(_TOO_LONG)
    comment = LineComment(month, level, key, text, user, at)
    append_comment(workspace.path, comment)
    return comment
