"""What axe-core and a phone say of a page."""

import html as html_module
import json
import re
from pathlib import Path
from typing import Any

from chromium import add_script, dump_dom

RUN_AXE = """
axe.run(document, {resultTypes: ['violations']}).then(function (found) {
  var out = document.createElement('pre');
  out.id = 'axe-result';
  out.textContent = JSON.stringify({
    passes: found.passes.length,
    violations: found.violations.map(function (rule) {
      return [rule.id, rule.nodes.map(function (node) { return node.html; }).slice(0, 3)];
    })
  });
  document.body.appendChild(out);
});
"""
MEASURE = """
<script>
var frame = document.querySelector('iframe');
frame.onload = function () {
  var inner = frame.contentDocument;
  var wide = [].filter.call(inner.querySelectorAll('main *, footer *, .band *'), function (node) {
    return !node.closest('.scroll, .away') && node.getBoundingClientRect().right > 391;
  });
  var out = document.createElement('pre');
  out.id = 'width';
  out.textContent = JSON.stringify([inner.documentElement.scrollWidth, inner.body.clientWidth,
    wide.map(function (node) { return node.outerHTML.slice(0, 80); })]);
  document.body.appendChild(out);
};
</script>
"""
FIND_WIDE = """
window.onload = function () {
  var wide = [].filter.call(document.querySelectorAll('.display .scroll'), function (node) {
    return node.scrollWidth > node.clientWidth + 1;
  });
  var out = document.createElement('pre');
  out.id = 'wide';
  out.textContent = JSON.stringify(wide.map(function (node) {
    return node.closest('.display').querySelector('.id').textContent;
  }));
  document.body.appendChild(out);
};
"""


def read_result(dom: str, name: str) -> Any:
    found = re.search(rf'<pre id="{name}">(.*?)</pre>', dom, re.DOTALL)
    assert found, f"the page did not say {name}: {dom[-500:]}"
    return json.loads(html_module.unescape(found[1]))


def run_axe(html: str, folder: Path, axe_source: str, *flags: str) -> dict[str, object]:
    page = folder / "page.html"
    page.write_text(add_script(html, axe_source, RUN_AXE), encoding="utf-8")
    result = read_result(dump_dom(page, *flags), "axe-result")
    assert isinstance(result, dict)
    return result


def measure_phone(html: str, folder: Path) -> tuple[int, int, list[str]]:
    """Width of the document and of its body on a phone of 390 px, and what sticks out."""
    outer = folder / "outer.html"
    inner = html_module.escape(html)
    frame = f'<iframe style="width:390px;height:800px;border:0" srcdoc="{inner}"></iframe>'
    outer.write_text(f"<!doctype html><body>{frame}{MEASURE}", encoding="utf-8")
    width, body, too_wide = read_result(dump_dom(outer, "--window-size=800,900"), "width")
    return width, body, too_wide


def find_wide_tables(html: str, folder: Path, width: int) -> list[str]:
    """Ids of the displays whose table must be scrolled sideways on a screen of this width."""
    page = folder / "page.html"
    page.write_text(add_script(html, FIND_WIDE), encoding="utf-8")
    found = read_result(dump_dom(page, f"--window-size={width},900"), "wide")
    assert isinstance(found, list)
    return found
