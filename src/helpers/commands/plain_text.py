"""Text that a terminal shows and does not obey: file names and data may hold escape sequences."""

import re

# control signs but line feed and tab, signs that are not seen or turn the reading direction,
# halves of surrogates
_ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def make_plain(text: str) -> str:
    r"""`text` with every sign that a terminal would act on written out, as in `\x1b[31m`."""
    return _ACTIVE.sub(_write_out, text)


def _write_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
