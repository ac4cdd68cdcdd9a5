"""What axe-core and a phone say of a page."""

from pathlib import Path
from typing import Any

from chromium import SCREEN, Browser, Look

PHONE = Look(390, 800)
RUN_AXE = """
axe.run(document, {resultTypes: ['violations']}).then(function (found) {
  return {
    passes: found.passes.length,
    violations: found.violations.map(function (rule) {
      return [rule.id, rule.nodes.map(function (node) { return node.html; }).slice(0, 3)];
    })
  };
})
"""
MEASURE = """
[document.documentElement.scrollWidth, document.body.clientWidth,
  [].filter.call(document.querySelectorAll('main *, footer *, .band *'), function (node) {
    return !node.closest('.scroll, .away') && node.getBoundingClientRect().right > 391;
  }).map(function (node) { return node.outerHTML.slice(0, 80); })]
"""
FIND_WIDE = """
[].filter.call(document.querySelectorAll('.display .scroll'), function (node) {
  return node.scrollWidth > node.clientWidth + 1;
}).map(function (node) {
  return node.closest('.display').querySelector('.id').textContent;
})
"""


def run_axe(
    browser: Browser, page: Path, axe_source: str, look: Look = SCREEN
) -> dict[str, object]:
    """Violations that axe finds on a page, and how many rules it passes."""
    with browser.open(page, look) as tab:
        tab.evaluate(f"{axe_source}; 0")
        result: dict[str, object] = tab.evaluate(RUN_AXE)
    return result


def measure_phone(browser: Browser, page: Path) -> tuple[int, int, list[str]]:
    """Width of the document and of its body on a phone of 390 px, and what sticks out."""
    with browser.open(page, PHONE) as tab:
        width, body, too_wide = tab.evaluate(MEASURE)
    return width, body, too_wide


def find_wide_tables(browser: Browser, page: Path, width: int) -> list[str]:
    """Ids of the displays whose table must be scrolled sideways on a screen of this width."""
    with browser.open(page, Look(width)) as tab:
        found: Any = tab.evaluate(FIND_WIDE)
    assert isinstance(found, list)
    return found
