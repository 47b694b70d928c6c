"""The two palettes and the little CSS that Streamlit's own theme cannot say.

Contrast on the background: text at least 4.5:1, graphics at least 3:1 (`tests/unit/test_charts.py` measures it).
"""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Palette:
    """Colours of one theme; `worse` and `better` are for deviations only."""

    background: str
    panel: str
    text: str
    muted: str
    line: str
    grid: str
    actual: str
    previous: str
    budget: str
    accent: str
    band_50: str
    band_80: str
    band_95: str
    worse: str
    better: str


LIGHT = Palette(
    background="#FFFFFF",
    panel="#F2F5F8",
    text="#1A2433",
    muted="#5A6473",
    line="#C9D1DA",
    grid="#E3E8ED",
    actual="#1F3B57",
    previous="#8496A9",
    budget="#6B7280",
    accent="#0B6E99",
    band_50="#8DB9CF",
    band_80="#BBD6E3",
    band_95="#DEEBF1",
    worse="#A4262C",
    better="#1A7F37",
)
DARK = Palette(
    background="#0F1C29",
    panel="#182A3B",
    text="#E8EEF4",
    muted="#B4C0CD",
    line="#3B5066",
    grid="#25384B",
    actual="#D5E4F2",
    previous="#7C90A5",
    budget="#A3B1C0",
    accent="#5CB8DE",
    band_50="#3E7C9C",
    band_80="#2B5770",
    band_95="#1D3C50",
    worse="#F28B8B",
    better="#6CCB87",
)
FONT = "IBM Plex Sans, sans-serif"


def palette(theme: str | None) -> Palette:
    """Return the palette of the browser's theme, `light` where it is not known yet."""
    return DARK if theme == "dark" else LIGHT


def css(colors: Palette, page: str = "") -> str:
    """Return the style element of the pages: colours and the page's name as variables, then the rules that use them."""
    names = ";".join(f"--{field.name.replace('_', '-')}:{getattr(colors, field.name)}" for field in fields(colors))
    return f'<style>:root{{{names};--page:"{page}"}}{_RULES}</style>'


_RULES = """
[data-testid=stMainBlockContainer]{max-width:80rem;padding-top:4.5rem;padding-bottom:4rem}
[data-testid=stCaptionContainer],[data-testid=stCaptionContainer] p{color:var(--muted);opacity:1}
[data-testid=stCaptionContainer] p{max-width:46rem}
[data-testid=stStatusWidget]{display:none}
[data-testid=stToolbar]::before{content:"Styringscockpit";flex:none;margin:0 1rem 0 .5rem;padding-left:2rem;
  line-height:1.5rem;font-weight:600;color:var(--text);background:url(assets/favicon.png) left/1.5rem no-repeat}
[data-testid=stSliderTickBar]{opacity:1!important}
[data-testid^=stBaseButton-primary]:not(:disabled),
[data-testid^=stBaseButton-primary]:not(:disabled) p{color:var(--background)!important}
[data-testid=stHeaderActionElements]{display:none}
[data-testid=stMarkdownContainer] p,[data-testid=stMarkdownContainer] li{max-width:46rem}
[data-testid=stMarkdownContainer] img{max-width:min(100%,46rem);border:1px solid var(--line)}
[data-testid=stMarkdownContainer] table{width:100%}
[data-testid=stMarkdownContainer] td,[data-testid=stMarkdownContainer] th{overflow-wrap:anywhere}
a:focus-visible,button:focus-visible,summary:focus-visible,[tabindex]:focus-visible{
  outline:3px solid var(--accent)!important;outline-offset:2px}
.answer{font-size:1.6rem;line-height:1.3;font-weight:600;margin:0;max-width:52rem;color:var(--text);
  text-wrap:balance}
.why{color:var(--text);margin:.5rem 0 0;max-width:52rem;font-size:1.05rem}
.basis{color:var(--muted);margin:.35rem 0 0;max-width:52rem}
.figures{padding:0!important;display:grid;grid-template-columns:repeat(4,1fr);gap:0;margin:0;
  border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.figures>div{padding:.75rem 1rem;border-left:1px solid var(--line)}
.figures>div:first-child{border-left:0;padding-left:0}
.figures dt{color:var(--muted);font-size:.875rem}
.figures dd{margin:0}
.figures .value{font-size:1.4rem;font-weight:600;font-variant-numeric:tabular-nums;display:block;color:var(--text)}
.figures .note{font-size:.875rem;color:var(--muted);display:block}
.term{all:unset;cursor:help;text-decoration:underline dotted var(--muted);text-underline-offset:.2em}
.term::after{content:attr(aria-description) / "";display:none;position:fixed;z-index:9;inset:auto 1rem 1rem;
  padding:.5rem .75rem;border:1px solid var(--line);border-radius:.25rem;background:var(--panel);color:var(--text);
  font-size:.875rem;font-weight:400;line-height:1.4;text-align:left;white-space:normal;
  box-shadow:0 2px 8px rgba(0,0,0,.2)}
:root:not([data-quiet]) .term:is(:hover,:focus)::after{display:block}
@supports(position-area:bottom){@media(min-width:48rem){
  .term:is(:hover,:focus){anchor-name:--term}
  .term::after{position-anchor:--term;position-area:bottom span-all;inset:auto;width:max-content;max-width:20rem}
}}
.worse{color:var(--worse)!important}.better{color:var(--better)!important}
.scroll{overflow-x:auto;background:linear-gradient(to left,var(--background) 40%,transparent) right/3rem 100%
  no-repeat local,linear-gradient(to left,var(--line),transparent) right/1rem 100% no-repeat}
table.twin{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;width:100%;color:var(--text)}
table.twin caption{text-align:left;color:var(--muted);padding-bottom:.4rem;font-size:.875rem}
table.twin th,table.twin td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:left;
  vertical-align:top}
table.twin thead th{font-weight:600;border-bottom:2px solid var(--line);vertical-align:bottom}
table.twin tbody th{font-weight:400}
table.twin .num{text-align:right;white-space:nowrap}
table.twin thead .num{white-space:normal}
table.twin tbody th:first-child,table.twin thead th:first-child{position:sticky;left:0;background:var(--background)}
table.pairs td{overflow-wrap:anywhere}
table.twin td.long{min-width:16rem}
table.stacked td.long{min-width:10rem}
table.twin .unbroken{white-space:nowrap}
table.twin tr.sum th,table.twin tr.sum td{font-weight:600;border-top:2px solid var(--line)}
p.rounded{color:var(--muted);font-size:.875rem!important;margin:.3rem 0 0}
@media(prefers-reduced-motion:reduce){
  *,*::before,*::after{animation-duration:1ms!important;animation-iteration-count:1!important;
    transition-duration:1ms!important;scroll-behavior:auto!important}
}
.st-key-vaerktoej{margin-bottom:-.5rem}
[class*=st-key-skridt_]{gap:0 1rem;padding:0 0 .4rem 1.5rem}
[class*=st-key-skridt_] a{padding:0;background:none;min-height:1.5rem}
[class*=st-key-skridt_] a p{color:var(--accent);font-size:.9rem;text-decoration:underline}
.slide{font-size:1.35rem;line-height:1.45;color:var(--text)}
.slide h1{font-size:2.5rem;line-height:1.2;margin:.2rem 0 1.2rem;padding:0;color:var(--text);text-wrap:balance;
  max-width:none}
.slide .section{color:var(--accent);font-weight:600;font-size:1.1rem!important;margin:0}
.slide .small{color:var(--muted);font-size:1rem!important;margin:.4rem 0 0}
.slide .figures dt,.slide .figures .note{font-size:1.1rem}
.slide .figures .value{font-size:2.2rem}
.slide:not(:has(figure)) .figures{margin-bottom:1.5rem}
.slide:not(:has(figure)) .figures .value{font-size:3rem}
.slide:not(:has(figure)) .figures .note,.slide:not(:has(figure)) .figures dt{font-size:1.35rem}
.slide:not(:has(figure)) table.twin,.slide:not(:has(figure)) table.twin caption{font-size:1.5rem}
.slide figure{margin:1rem 0}
.slide .beside{display:flex;gap:1.5rem;align-items:flex-end}
.slide .beside figure{min-width:0}
.slide figcaption{font-weight:600;margin-bottom:.4rem}
.slide p,.slide li{font-size:1em!important;max-width:none!important}
.slide img{width:100%;height:auto;max-height:58vh}
.slide .figures~figure img,.slide .beside img{max-height:38vh}
.slide summary{cursor:pointer;color:var(--accent);font-size:1.1rem}
.slide table.twin{font-size:1.1rem}
.slide table.twin caption{font-size:1.1rem}
.slide li{margin:.3rem 0}
.slide ol li{font-size:2rem!important;line-height:1.35;margin:1.2rem 0}
@media(max-width:64rem){[data-testid=stToolbar]:has(nav)::before{font-size:0;padding-left:1.5rem;height:1.5rem}}
@media(max-width:48rem){
  [data-testid=stToolbar]::after{content:var(--page);flex:none;margin:0 1rem 0 auto;color:var(--muted)}
  [data-testid=stToolbar]::before{order:1}
  [data-testid=stToolbar]>*{flex:none!important;width:auto!important}
  [data-testid=stToolbar]::after{order:2}
  [data-testid=stBaseButton-segmented_control]{border-right-color:var(--line)!important;
    border-right-width:1px!important}
  .scroll{container-type:inline-size}
  table.twin caption{position:sticky;left:0;max-width:100cqi}
  .slide{font-size:1.1rem}
  .slide h1{font-size:1.6rem}
  .slide ol li{font-size:1.25rem!important;margin:.5rem 0}
  .slide figure img,.slide .figures~figure img,.slide .beside img{width:calc(40rem*var(--share));max-width:none;
    max-height:none}
  .slide:not(:has(figure)) .figures .value{font-size:1.6rem}
  .slide:not(:has(figure)) .figures .note,.slide:not(:has(figure)) .figures dt{font-size:1rem}
  .slide:not(:has(figure)) table.twin,.slide:not(:has(figure)) table.twin caption{font-size:1.1rem}
  .slide .beside{display:block}
  .slide .figures .value{font-size:1.2rem}
  .slide .figures dt,.slide .figures .note{font-size:.9rem}
  [data-testid=stMainBlockContainer]{padding-left:1rem;padding-right:1rem}
  [data-testid=stHorizontalBlock]{gap:1rem}
  .answer{font-size:1.25rem}
  .figures{grid-template-columns:repeat(2,1fr)}
  .figures>div:nth-child(odd){border-left:0;padding-left:0}
  .figures>div:nth-child(n+3){border-top:1px solid var(--line)}
  .figures .value{font-size:1.15rem}
  table.stacked thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
  table.stacked,table.stacked caption,table.stacked tbody,table.stacked tr,table.stacked td{
    display:block;min-width:0!important}
  table.stacked tr{border-bottom:2px solid var(--line);padding:.5rem 0}
  table.stacked td,table.stacked td.num{border:0;padding:.1rem 0;text-align:left;white-space:normal;
    overflow-wrap:anywhere}
  table.stacked [data-title]::before{content:attr(data-title) ": ";color:var(--muted)}
  table.stacked td.long::before{display:block}
}
"""
