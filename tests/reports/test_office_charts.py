"""Charts and slides as the programs of an office read them: their format knows one order of elements, and no mercy."""

import io
import zipfile
from itertools import combinations

import pytest
from lxml import etree
from pptx import Presentation
from pptx.util import Inches, Pt

from cockpit.reports import Report, render
from cockpit.reports.measure import LINE, lines_of

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
LABEL = "numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator"
AXIS = "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos"
# ECMA-376, part 1, section 21.2: the children of an element in the order that its type has them.
ORDER = {
    "chartSpace": "date1904 lang roundedCorners AlternateContent style clrMapOvr pivotSource protection chart spPr "
    "txPr externalData printSettings userShapes",
    "areaChart": "grouping varyColors ser dLbls dropLines axId",
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId",
    "lineChart": "grouping varyColors ser dLbls dropLines hiLowLines upDownBars marker smooth axId",
    "dPt": "idx invertIfNegative marker bubble3D explosion spPr",
    "dLbl": f"idx delete layout tx {LABEL}",
    "dLbls": f"dLbl delete {LABEL} showLeaderLines leaderLines",
    "catAx": f"{AXIS} spPr txPr crossAx crosses auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl",
    "valAx": f"{AXIS} spPr txPr crossAx crosses crossBetween majorUnit minorUnit",
    "scaling": "logBase orientation max min",
    "errBars": "errDir errBarType errValType noEndCap plus minus val spPr",
}
SERIES = {
    "areaChart": "idx order tx spPr pictureOptions dPt dLbls trendline errBars cat val",
    "barChart": "idx order tx spPr invertIfNegative pictureOptions dPt dLbls trendline errBars cat val",
    "lineChart": "idx order tx spPr marker dPt dLbls trendline errBars cat val smooth",
}
LABEL_PLACES = {
    "areaChart": set(),
    "barChart": {"ctr", "inEnd", "inBase", "outEnd"},
    "lineChart": set("tblr") | {"ctr"},
}


@pytest.fixture(scope="module")
def files(management: Report, committee: Report) -> dict[str, bytes]:
    """Both papers as slides, and the management's as a workbook."""
    return {
        "pptx": render(management, "pptx"),
        "committee": render(committee, "pptx"),
        "xlsx": render(management, "xlsx"),
    }


def charts_of(content: bytes) -> list[etree._Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        names = [name for name in file.namelist() if "/charts/chart" in name and name.endswith(".xml")]
        return [etree.fromstring(file.read(name)) for name in names]


def name_of(element: etree._Element) -> str:
    return etree.QName(element).localname


def misplaced(chart: etree._Element) -> set[str]:
    """What stands where its type does not have it."""
    found = set()
    for element in chart.iter(f"{CHART}*"):
        name = name_of(element)
        order = SERIES[name_of(element.getparent())] if name == "ser" else ORDER.get(name, "")
        known = order.split()
        places = [known.index(name_of(child)) if name_of(child) in known else -1 for child in element] if known else []
        if -1 in places or places != sorted(places):
            found.add(f"{name}: {[name_of(child) for child in element]}")
        if name == "dLblPos":
            kind = next(one for one in element.iterancestors() if name_of(one) in SERIES)
            stacked = any(one.get("val") == "stacked" for one in kind.iter(f"{CHART}grouping"))
            if element.get("val") not in LABEL_PLACES[name_of(kind)] - ({"outEnd"} if stacked else set()):
                found.add(f"{name_of(kind)}: label at {element.get('val')}")
    return found


@pytest.mark.parametrize("kind", ["pptx", "xlsx"])
def test_every_chart_is_written_as_its_format_has_it(files: dict[str, bytes], kind: str) -> None:
    """Else the program repairs the file, which is to say leaves the chart out; and every text in it is Danish."""
    charts = charts_of(files[kind])
    assert len(charts) >= 4
    for chart in charts:
        assert not misplaced(chart)
        assert chart.find(f"{CHART}lang").get("val") == "da-DK"
        languages = {
            one.get("lang") for tag in ("rPr", "defRPr", "endParaRPr") for one in chart.iter(f"{DRAWING}{tag}")
        }
        assert languages <= {"da-DK", None} if kind == "pptx" else "en-US" not in languages
        assert chart.find(f".//{CHART}autoTitleDeleted").get("val") == "1"
        below = [axis for axis in chart.iter(f"{CHART}catAx") if axis.find(f"{CHART}axPos").get("val") == "b"]
        assert all(one.get("rot") == "0" for axis in below for one in axis.iter(f"{DRAWING}bodyPr"))


def test_the_order_is_really_looked_at() -> None:
    """An element of bars within a line, as moving a series from the one to the other may leave it, is found."""
    spoiled = f'<c:lineChart xmlns:c="{CHART[1:-1]}"><c:ser><c:idx/><c:invertIfNegative/><c:cat/></c:ser></c:lineChart>'
    assert misplaced(etree.fromstring(spoiled))


def test_slides_have_titles_of_their_own_and_notes(
    files: dict[str, bytes], management: Report, committee: Report
) -> None:
    """Whoever jumps by title in a list of slides, or listens, finds each only once; the notes are not one for all."""
    for report, name in ((management, "pptx"), (committee, "committee")):
        slides = list(Presentation(io.BytesIO(files[name])).slides)
        titles = [slide.shapes.title.text for slide in slides]
        assert len(set(titles)) == len(titles)
        assert all(report.stamp in slide.notes_slide.notes_text_frame.text for slide in slides)
        for page in report.pages:
            told = next(slide for slide in slides if slide.shapes.title.text == page.title)
            for words in (*page.text, *page.aside, *page.points, *(chart.alt for chart in page.charts)):
                assert words in told.notes_slide.notes_text_frame.text


def test_nothing_on_a_slide_covers_anything_else_or_leaves_it(files: dict[str, bytes]) -> None:
    """Boxes of text are as tall as their text in the papers' font; tables and charts have room of their own."""
    for name in ("pptx", "committee"):
        deck = Presentation(io.BytesIO(files[name]))
        for slide in list(deck.slides)[1:]:
            boxes = [(shape.left, shape.top, shape.left + shape.width, bottom_of(shape)) for shape in slide.shapes]
            for left, top, right, bottom in boxes:
                assert left >= 0
                assert top >= 0
                assert right <= deck.slide_width
                assert bottom <= deck.slide_height
            for one, other in combinations(boxes, 2):
                across = min(one[2], other[2]) - max(one[0], other[0])
                down = min(one[3], other[3]) - max(one[1], other[1])
                assert across <= Inches(0.02) or down <= Inches(0.05), slide.shapes.title.text


def bottom_of(shape: object) -> int:
    """Where a shape ends: a box of text with its last line."""
    if not shape.has_text_frame:  # type: ignore[attr-defined]
        return shape.top + shape.height  # type: ignore[attr-defined, no-any-return]
    height = 0.0
    for paragraph in shape.text_frame.paragraphs:  # type: ignore[attr-defined]
        run = paragraph.runs[0]
        bold = bool(run.font.bold)
        count = lines_of(paragraph.text, shape.width / Pt(1), run.font.size.pt, bold=bold)  # type: ignore[attr-defined]
        height += count * run.font.size.pt * LINE + (paragraph.space_after.pt if paragraph.space_after else 0)
    return int(shape.top + height * Pt(1))  # type: ignore[attr-defined]


def test_the_files_tell_of_the_paper_alone(files: dict[str, bytes], management: Report) -> None:
    """No day, program, printer or picture of the file that the library begins with."""
    content = files["pptx"]
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert not [name for name in file.namelist() if "thumbnail" in name or "printerSettings" in name]
        assert "Macintosh" not in file.read("docProps/app.xml").decode()
    core = Presentation(io.BytesIO(content)).core_properties
    assert core.title == management.title
    assert core.language == "da-DK"
    assert core.author == core.last_modified_by == "Styringscockpit"
    assert core.created is None
