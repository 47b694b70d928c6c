"""The server around the pages: Danish as the document's language, security headers, own assets, calm errors."""

import logging
from collections.abc import Iterable
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cockpit.ui.delivery import ASSETS, CompressedFiles, LastingFiles, asked_for_early

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LOG = logging.getLogger("cockpit")
CALM_ERROR = (
    "Noget gik galt i programmet, og siden kunne ikke vises. Jeres data er ikke ændret. "
    "Prøv at genindlæse siden. Sker det igen, så giv den ansvarlige for systemet besked: "
    "den tekniske forklaring står i programmets log."
)
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss: data: blob:; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}
SHORT_CUTS = {b"accept-encoding", b"if-none-match", b"if-modified-since"}
STAMPS = ("etag", "last-modified")
PARTS = {"_stcore", "assets", "static", "media", "component"}
REPLACEMENTS = {
    b'<html lang="en">': b'<html lang="da">',
    b"<title>Streamlit</title>": b"<title>Styringscockpit</title>",
    b"You need to enable JavaScript to run this app.": b"Styringscockpit kr\xc3\xa6ver JavaScript i browseren.",
}


class DanishDocument:
    """Middleware: the page says that it is Danish, and every answer carries the security headers.

    Only the HTML document is rewritten; it is asked for whole and uncompressed, so that there is text to rewrite, and
    loses the file's stamps: with them a browser would keep an old document when only what we write into it is new. An
    address that is no page leads to the first page: Streamlit would say in English that it does not exist.
    """

    def __init__(self, app: ASGIApp, pages: frozenset[str]) -> None:
        self.app = app
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; rewrite HTML on its way back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if _is_navigation(scope) and _last_part(scope) not in self.pages:
            await RedirectResponse("./" + _query(scope))(scope, receive, send)
            return
        await self.app(_whole(scope), receive, _Rewriter(send))


class _Rewriter:
    """Sends on what the app answers, an HTML document only when it is whole and rewritten."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self.start is None or message["type"] != "http.response.body":
            await self.send(message)
        else:
            await self._collect(message, self.start)

    async def _begin(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        headers.update(HEADERS)
        if headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers:
            self.start = message
        else:
            await self.send(message)

    async def _collect(self, message: Message, start: Message) -> None:
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = _in_danish(self.body)
        headers = MutableHeaders(scope=start)
        for stamp in STAMPS:
            del headers[stamp]
        if "content-length" in headers:
            headers["content-length"] = str(len(body))
        await self.send(start)
        await self.send({"type": "http.response.body", "body": body})


def calm_error(error: Exception) -> bool:
    """Tell the reader calmly that the program failed, and write the whole bug to the log."""
    LOG.error("Unexpected error on a page", exc_info=error)
    st.error(CALM_ERROR)
    return True


def middleware(pages: Iterable[str]) -> list[Middleware]:
    """Return the middleware of the app, whose pages besides the first have these paths."""
    return [Middleware(DanishDocument, pages=frozenset({"", *pages})), Middleware(CompressedFiles)]


def routes() -> list[Mount]:
    """Return the routes of the app beside Streamlit's: fonts, icon and two small scripts; the pictures of the guide."""
    return [Mount("/assets", LastingFiles(directory=ASSETS)), Mount("/pictures", StaticFiles(directory=PICTURES))]


def _in_danish(document: bytes) -> bytes:
    for english, danish in REPLACEMENTS.items():
        document = document.replace(english, danish)
    return asked_for_early(document)


def _is_navigation(scope: Scope) -> bool:
    """Say whether a browser asks for a page, and not for one of its parts."""
    return b"text/html" in dict(scope["headers"]).get(b"accept", b"") and not PARTS & set(scope["path"].split("/"))


def _last_part(scope: Scope) -> str:
    return scope["path"].rsplit("/", 1)[-1]


def _query(scope: Scope) -> str:
    text = scope["query_string"].decode("ascii", "ignore")
    return f"?{text}" if text else ""


def _whole(scope: Scope) -> Scope:
    """Ask for a document itself, whatever the browser has of it and could read."""
    if not _is_navigation(scope):
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in SHORT_CUTS]}
