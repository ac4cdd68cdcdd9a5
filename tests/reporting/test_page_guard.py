"""A page that is handed out holds what our templates write, and links to what lies beside it."""

import pytest

from helpers.errors import RunError
from helpers.reporting.page.guard import check_page

PAGE = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="referrer" content="no-referrer">\n<title>T</title>\n'
    "<style>a {{ color: red; fill: url(#x) }}{style}</style>\n</head>\n"
    '<body data-audience="open"><main id="main">{body}</main></body>\n</html>\n'
)
BESIDE = {"index.html", "results.csv", "tables/T-S-01.csv"}


def look(body: str = "", style: str = "") -> str:
    try:
        check_page(PAGE.format(body=body, style=style), "safety.html", BESIDE)
    except RunError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "body",
    [
        "<p>3 &lt; 4</p>",
        '<a href="#main">here</a> <a href="index.html#changes">there</a>',
        '<a href="tables/T-S-01.csv">a table</a>',
        '<img alt="a" src="data:image/png;base64,AAAA">',
        "<pre>a</pre><br><hr>",
    ],
)
def test_what_our_templates_write_passes(body):
    assert look(body) == ""


@pytest.mark.parametrize(
    ("body", "holds"),
    [
        ("<script>x</script>", "<script>"),
        ("<!-- who got what -->", "a comment"),
        ('<p hidden="">x</p>', "hidden in <p>"),
        ('<p data-arm="x">x</p>', "data-arm in <p>"),
        ('<p onclick="x">x</p>', "onclick in <p>"),
        ('<a href="../closed_unmasked/index.html">x</a>', "href in <a>"),
        ('<a href="https://example.org">x</a>', "href in <a>"),
        ('<a href="safety.ipynb">x</a>', "href in <a>"),
        ('<img alt="" src="x.png">', "src in <img>"),
        ('<img alt="" src="data:text/html;base64,AAAA">', "src in <img>"),
        ('<meta name="author" content="A. Tran">', "name in <meta>"),
        ('<meta http-equiv="refresh" content="0">', "http-equiv in <meta>"),
        ('<iframe src="x"></iframe>', "<iframe>"),
        ("<p>x</div>", "an end of <div> without its beginning"),
        ("<p>x", "an end of <main> without its beginning"),
    ],
)
def test_anything_else_is_named_and_nothing_of_it_repeated(body, holds):
    assert look(body) == (
        f"safety.html: holds {holds}, which a page that is handed out may not hold"
    )


@pytest.mark.parametrize("style", ["@import 'x';", "a { background: url(http://x) }"])
def test_a_style_fetches_nothing(style):
    assert "in its style" in look(style=style)


def test_published_pages_pass(published):
    for audience in ("open", "closed_unmasked"):
        folder = published / "ia3" / audience
        names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
        for report in ("safety", "efficacy"):
            check_page((folder / f"{report}.html").read_text(), f"{report}.html", names)
