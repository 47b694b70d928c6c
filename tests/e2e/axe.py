"""The accessibility scan of a page as it stands: what axe-core calls serious or critical, and regions of one name."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
GRAVE = ("serious", "critical")
OUR_OWN = "landmark-unique"  # moderate, but a reader who leafs from region to region must be able to tell them apart
RUN = f"""() => axe.run(document, {{resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
  rules: {{'{OUR_OWN}': {{enabled: true}}}}}})"""


def grave_findings(page: Page) -> list[str]:
    """Return every finding that counts as rule, selector and element."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(RUN)["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:200]}"
        for rule in found
        if rule["impact"] in GRAVE or rule["id"] == OUR_OWN
        for node in rule["nodes"]
    ]
