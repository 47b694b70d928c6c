"""How the framework's files and our own reach the browser: asked for early, small on the wire, kept for good."""

import gzip
import re
from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

ASSETS = Path(__file__).parent / "assets"
FRAMEWORK = Path(st.__file__).parent / "static" / "static"
FOR_GOOD = "public, max-age=31536000, immutable"
SCRIPTS = ("danish.js", "page.js")  # before the framework's own, which begin deferred
STYLE = "page.css"  # after the framework's in the head, before what a page brings with it
FONT_WEIGHTS = (400, 600, 700)
# What every page shows. The framework asks for each only when the first of its kind arrives, one after the other.
ELEMENTS = ("PlotlyChart", "Html", "Selectbox", "ButtonGroup", "Button", "PageLink")
UNUSED_FONT = re.compile(rb'<link\s+rel="preload"\s+href="\./static/media/SourceSans[^>]*>\s*')
IMPORTED = re.compile(r"(?:from|import)\s*[\"'`]\./([\w.-]+\.js)[\"'`]")


@cache
def asked_for_early(document: bytes) -> bytes:
    """Let the document ask for what its page needs while the page is still being worked out.

    Our own font takes the place of the framework's, which no page uses.
    """
    head = f"{_scripts()}{_fonts()}{_modules(document.decode())}</head>"
    body = f'<body><link rel="stylesheet" href="{_address(STYLE)}">'
    document = UNUSED_FONT.sub(b"", document)
    return document.replace(b"</head>", head.encode()).replace(b"<body>", body.encode())


class CompressedFiles:
    """Middleware: the framework's scripts and styles travel compressed (7.0 MB of a first view become 2.0).

    The framework leaves that to a proxy, because it would compress anew for every reader; here each file is compressed
    once, when it is first asked for, and kept.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for a script or a style where the browser takes it compressed; pass everything else on."""
        path = _compressible(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if path is None:
            await self.app(scope, receive, send)
            return
        headers = {"Content-Encoding": "gzip", "Cache-Control": FOR_GOOD, "Vary": "Accept-Encoding"}
        body = await run_in_threadpool(_compressed, path)
        await Response(body, headers=headers, media_type=guess_type(path.name)[0])(scope, receive, send)


class LastingFiles(StaticFiles):
    """Our own fonts, icon and scripts: the browser keeps them; a script that changes has a new address."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer as ever, to be kept for good."""
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = FOR_GOOD
        return answer


def _scripts() -> str:
    return "".join(f'<script src="{_address(name)}"></script>' for name in SCRIPTS)


def _address(asset: str) -> str:
    """The address of a file of our own, which is another when the file is."""
    return f"./assets/{asset}?{sha256((ASSETS / asset).read_bytes()).hexdigest()[:8]}"


def _fonts() -> str:
    link = '<link rel="preload" as="font" type="font/woff2" crossorigin href="./assets/fonts/{}">'
    return "".join(link.format(f"ibm-plex-sans-latin-{weight}-normal.woff2") for weight in FONT_WEIGHTS)


def _modules(document: str) -> str:
    """Links to the scripts of the elements that every page shows and to what those import, as far as not there yet.

    The names change with the framework's version, so they are looked for; where one is not found, nothing is lost.
    """
    folder = FRAMEWORK / "js"
    waiting = [path.name for element in ELEMENTS for path in sorted(folder.glob(f"{element}.*.js"))]
    found: list[str] = []
    while waiting:
        name = waiting.pop(0)
        if name not in found and f"/{name}" not in document:
            found.append(name)
            waiting += IMPORTED.findall((folder / name).read_text(encoding="utf-8"))
    return "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in found)


def _compressible(scope: Scope) -> Path | None:
    if "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
        return None
    return _files().get("/".join(scope["path"].split("/")[-3:]))


@cache
def _files() -> dict[str, Path]:
    return {f"static/{kind}/{path.name}": path for kind in ("js", "css") for path in (FRAMEWORK / kind).iterdir()}


@cache
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)
