"""The character encoding of feeds, pages and sitemaps.

Order: Content-Type, byte order mark, declaration in the document, UTF-8 (HTML Standard,
"determining the character encoding"; RFC 7303, section 3). It does not guess from the text.
"""

import codecs
import re

#: Bytes at the start in which a declaration counts.
_HEAD = 4_096
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})"
    rb"|<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})",
    re.IGNORECASE,
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    # XML without a mark: "<?" in 16-bit units (XML 1.0, appendix F).
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
#: Labels that mean a larger encoding (Encoding Standard, section 4.2).
_LABELS = {
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949", "big5": "big5hkscs", "x-gbk": "gb18030", "utf8": "utf-8",
    "iso-8859-8-i": "iso-8859-8", "x-mac-cyrillic": "mac_cyrillic", "macintosh": "mac_roman",
}  # fmt: skip


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a document. A byte that is invalid in its encoding becomes U+FFFD."""
    named = _HEADER.search(content_type)
    declared = _DECLARED.search(body[:_HEAD])
    marked = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    inside = (declared[1] or declared[2]).decode("ascii", "replace") if declared else None
    # A declaration that ASCII readers can read is not UTF-16 (HTML Standard, 13.2.3.2).
    inside = None if inside and inside.lower().startswith("utf-16") else inside
    label = _known(named[1]) if named else None
    return body.decode(label or marked or _known(inside) or "utf-8", "replace").lstrip("\ufeff")


def _known(label: str | None) -> str | None:
    """The codec for a label; None if Python has none that decodes bytes to text."""
    if not label:
        return None
    try:
        codec = codecs.lookup(_LABELS.get(label.lower(), label.lower()))
    except LookupError:
        return None
    return codec.name if codec._is_text_encoding else None
