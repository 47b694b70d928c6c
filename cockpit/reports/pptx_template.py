"""The house's template of slides: 16:9, two layouts, our fonts and colours, and how text is written on it."""

from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches

from cockpit.reports import looks

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN = Inches(0.6)
INNER = WIDTH - 2 * MARGIN
TOP = Inches(1.75)
BOTTOM = Inches(6.75)
COVER, MESSAGE = 0, 1  # layouts of the template
_TITLE, _TITLE_ONLY = 0, 5  # layouts of the empty presentation that the template is made from
_BAND = Inches(0.3)  # at the left edge of the front
_TERMS = "http://purl.org/dc/terms/"
_APPLICATION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Styringscockpit</Application><PresentationFormat>Widescreen</PresentationFormat></Properties>"
)
_RECTANGLE = (
    '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvSpPr><p:cNvPr id="{number}" name="Bånd"/>'
    '<p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{left}" y="0"/>'
    '<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill>'
    '<a:srgbClr val="{color}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
)
_LAYOUT_NAMES = {_TITLE: "Forside", _TITLE_ONLY: "Budskab"}


def template() -> Any:
    """Turn the library's empty 4:3 presentation into the house's: two layouts, our fonts, colours and places."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    layouts = deck.slide_master.slide_layouts
    kept = [layouts[at] for at in _LAYOUT_NAMES]
    for layout in list(layouts):
        if layout not in kept:
            layouts.remove(layout)
    _theme(deck)
    for layout, name in zip(kept, _LAYOUT_NAMES.values(), strict=True):
        layout.name = name
        for shape in list(layout.placeholders):
            if shape.placeholder_format.type is not None and shape.placeholder_format.idx >= 10:
                shape._element.getparent().remove(shape._element)
    for shape in list(deck.slide_master.placeholders):
        if shape.placeholder_format.idx >= 10:
            shape._element.getparent().remove(shape._element)
    master_title, master_body = deck.slide_master.placeholders[0], deck.slide_master.placeholders[1]
    _place(master_title, MARGIN, Inches(0.62), INNER, Inches(0.95))
    _place(master_body, MARGIN, TOP, INNER, BOTTOM - TOP)
    cover, message = kept
    _place(cover.placeholders[0], MARGIN, Inches(1.9), INNER, Inches(1.6))
    _place(cover.placeholders[1], MARGIN, Inches(3.7), INNER, Inches(1.4))
    _place(message.placeholders[0], MARGIN, Inches(0.62), INNER, Inches(0.95))
    _master_text(deck.slide_master)
    _band(cover)
    _forget_its_origin(deck)
    return deck


def _band(cover: Any) -> None:
    """The front's own mark: a band at its left edge, drawn below everything else."""
    tree = cover.shapes._spTree
    for number, (left, width, color) in enumerate(((0, _BAND, looks.NAVY), (_BAND, _BAND // 6, looks.TEAL)), 100):
        shape = _RECTANGLE.format(number=number, left=left, width=width, height=HEIGHT, color=color)
        tree.insert(2, etree.fromstring(shape))


def _forget_its_origin(deck: Any) -> None:
    """The library's empty file tells of the day, program and printer it was made with, and shows its picture."""
    core = deck.core_properties._element
    for name in ("created", "modified"):
        for old in core.findall(f"{{{_TERMS}}}{name}"):
            core.remove(old)
    package = deck.part.package
    for owner, kind in ((package, RT.THUMBNAIL), (deck.part, RT.PRINTER_SETTINGS)):
        for name, relation in list(owner._rels.items()):
            if relation.reltype == kind:
                owner._rels.pop(name)
    package.part_related_by(RT.EXTENDED_PROPERTIES)._blob = _APPLICATION.encode()


def _place(shape: Any, left: int, top: int, width: int, height: int) -> None:
    shape.left, shape.top, shape.width, shape.height = Emu(left), Emu(top), Emu(width), Emu(height)
    shape.text_frame.margin_left = shape.text_frame.margin_right = 0


def _theme(deck: Any) -> None:
    """Name the font and the palette where every text and chart of the presentation takes them from."""
    part = deck.slide_master.part.part_related_by(RT.THEME)
    theme = etree.fromstring(part.blob)
    names = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    for latin in theme.iterfind(".//a:fontScheme//a:latin", names):
        latin.set("typeface", looks.FONT)
    colors = {"dk2": looks.NAVY, "accent1": looks.NAVY, "accent2": looks.TEAL, "accent3": looks.GREY,
              "accent4": looks.PREVIOUS, "accent5": looks.WORSE, "accent6": looks.BETTER}  # fmt: skip
    for name, color in colors.items():
        slot = theme.find(f".//a:clrScheme/a:{name}", names)
        for child in list(slot):
            slot.remove(child)
        etree.SubElement(slot, qn("a:srgbClr")).set("val", color)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def _master_text(master: Any) -> None:
    """Titles to the left in navy, 26 points; they are sentences, not headlines."""
    style = master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    style.set("algn", "l")
    run = style.find(qn("a:defRPr"))
    run.set("sz", "2600")
    run.set("b", "1")
    for child in list(run):
        if child.tag == qn("a:solidFill"):
            run.remove(child)
    fill = etree.Element(qn("a:solidFill"))
    etree.SubElement(fill, qn("a:srgbClr")).set("val", looks.NAVY)
    run.insert(0, fill)
    master.placeholders[0].text_frame.vertical_anchor = MSO_ANCHOR.TOP


def write(frame: Any, text: str, size: Any, color: str, *, bold: bool = False) -> None:
    """Write a text into a frame without margins."""
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.text = text
    for paragraph in frame.paragraphs:
        format_runs(paragraph, size, color, bold=bold)


def format_runs(paragraph: Any, size: Any, color: str, *, bold: bool = False) -> None:
    """Give every run of a paragraph the font of the papers."""
    for run in paragraph.runs:
        run.font.size, run.font.bold, run.font.name = size, bold, looks.FONT
        run.font.color.rgb = RGBColor.from_string(color)
