"""Which bytes mean which characters: byte order mark, UTF-16 without one, UTF-8, else the likeliest 8-bit encoding."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from charset_normalizer import from_bytes

from muster.vocabulary.late_pattern import late

HEAD = 64 << 10  # what formats are recognised by
WINDOW = 8 << 20
EVIDENCE = 16 << 10
# Longest first: the mark of UTF-32 LE begins with the mark of UTF-16 LE.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", 4),
    (codecs.BOM_UTF32_BE, "utf-32-be", 4),
    (codecs.BOM_UTF8, "utf-8", 1),
    (codecs.BOM_UTF16_LE, "utf-16-le", 2),
    (codecs.BOM_UTF16_BE, "utf-16-be", 2),
)
EAST_ASIAN = ("cp932", "gb18030", "euc_jp", "big5", "cp949")
# What spreadsheets and databases write. All keep ASCII as it is, so record ends can be found without decoding.
LIKELY = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859_2", "iso8859_5",
    "iso8859_7",
    "mac_roman", "cp850", "cp437", "koi8_r", *EAST_ASIAN,
)  # fmt: skip
TYPOGRAPHY = frozenset("€–—‘’“”„…•™®©°§£²³µ«»·ºª¿¡×½¼¾\u00a0、。「」（）・ー：，；“”")
SCRIPTS = (
    ("A", "z", "latin"),
    ("\u00c0", "\u017f", "latin"),
    ("\u0218", "\u021b", "latin"),
    ("\u0386", "\u03ce", "greek"),
    ("\u0401", "\u0491", "cyrillic"),
    ("\u05d0", "\u05ea", "hebrew"),
    ("\u0621", "\u064a", "arabic"),
    ("\u3041", "\u30fe", "east asian"),
    ("\u4e00", "\u9fa5", "east asian"),
    ("\uac00", "\ud7a3", "east asian"),
)
NUL_SHARE = 0.02  # what has more of them is hardly text
CONTROL = late("[\x00-\x08\x0e-\x1f]")
NON_ASCII = late("[^\x00-\x7f]")
LINE_ENDS = late(rb"[\r\n]+")


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` is a codec that writes no mark; `mark` the length of the byte order mark; `unit` the bytes per unit."""

    name: str
    mark: int = 0
    unit: int = 1

    @property
    def byte_order(self) -> str:
        """'big' or 'little'; meaningless where a unit is one byte."""
        return "big" if self.name.endswith("-be") else "little"


def detect(path: Path, head: bytes) -> Encoding:
    """The encoding of a text file. The file is scanned up to its first byte beyond ASCII."""
    found = _marked(head) or _unmarked_utf16(head)
    return found or _by_evidence(_first_non_ascii(path))


@lru_cache(maxsize=4)
def of_head(head: bytes) -> Encoding:
    """The encoding as far as the first bytes of a file tell; cp1252 for what is hardly text."""
    found = _marked(head) or _unmarked_utf16(head)
    if found is None and head[:1024].count(0) > NUL_SHARE * len(head[:1024]):
        return Encoding("cp1252")
    return found or _by_evidence(b"\n".join(_lines_up_to(head, EVIDENCE)))


def _marked(head: bytes) -> Encoding | None:
    for mark, name, unit in MARKS:
        if head.startswith(mark):
            # A program that puts files together, or reads a mark as text, writes it once more.
            marks = 1 + next(n for n in range(len(head)) if not head.startswith(mark, (n + 1) * len(mark)))
            return Encoding(name, marks * len(mark), unit)
    return None


def _by_evidence(evidence: bytes) -> Encoding:
    if not evidence:
        return Encoding("utf-8")
    return Encoding("utf-8" if mostly_utf8(evidence) else _eight_bit(evidence))


def _unmarked_utf16(head: bytes) -> Encoding | None:
    sample = head[: 4096 & ~1]
    if len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0) / (len(sample) / 2), sample[1::2].count(0) / (len(sample) / 2)
    name = "utf-16-le" if odd > 0.4 and even < 0.05 else "utf-16-be" if even > 0.4 and odd < 0.05 else ""
    if not name or CONTROL.search(sample.decode(name, errors="replace")):
        return None
    return Encoding(name, 0, 2)


def _first_non_ascii(path: Path) -> bytes:
    """The lines with a byte above 127 in the first window that has one; empty for pure ASCII."""
    with path.open("rb") as file:
        while window := file.read(WINDOW):
            window += file.readline(4096)  # else a character may be cut in two
            if not window.isascii():
                return b"\n".join(_lines_up_to(window, EVIDENCE))
    return b""


def _lines_up_to(window: bytes, size: int) -> list[bytes]:
    lines: list[bytes] = []
    for line in () if window.isascii() else _lines(window):
        if line.isascii():
            continue
        lines.append(line[:4096])
        size -= len(lines[-1])
        if size < 0:
            break
    return lines


def _lines(window: bytes) -> Iterator[bytes]:
    """One line after the other: the first few are often enough, and splitting a large window costs a second."""
    start = 0
    for end in LINE_ENDS.finditer(window):
        yield window[start : end.start()]
        start = end.end()
    yield window[start:]


def mostly_utf8(text: bytes) -> bool:
    """True where well-formed characters far outnumber broken bytes: a few damaged rows change no encoding."""
    decoded = text.decode("utf-8", errors="replace")
    broken = decoded.count("�") - text.count("�".encode())
    good = sum(1 for character in decoded if ord(character) > 127) - decoded.count("�")
    return good > 4 * broken


def _eight_bit(evidence: bytes) -> str:
    """The likeliest reading, the first of `LIKELY` among equals; between East Asian ones word statistics decide."""
    likelihoods = {name: _likelihood(evidence, name) for name in LIKELY}
    if b"\r" in evidence and b"\n" not in evidence:
        likelihoods["mac_roman"] += 0.5  # only the old Mac ends lines with a bare carriage return
    likeliest = max(LIKELY, key=lambda name: likelihoods[name])
    if likeliest not in EAST_ASIAN:
        return likeliest
    close = [name for name in EAST_ASIAN if likelihoods[name] > likelihoods[likeliest] - 0.2]
    best = from_bytes(evidence, cp_isolation=close, preemptive_behaviour=False).best()
    return best.encoding if best is not None else likeliest


def _likelihood(evidence: bytes, name: str) -> float:
    try:
        text = evidence.decode(name)
    except UnicodeDecodeError as broken:
        # A handful of undefined bytes in a long text are damage; more of them mean another encoding.
        text = evidence.decode(name, errors="replace")
        if text.count("\ufffd") * 50 > len(broken.object) or not text.count("\ufffd") * 20 < _foreign(text):
            return -9.0
    text = f" {text} "
    marks = [_plausible(text[found.start() - 1 : found.end() + 1]) for found in NON_ASCII.finditer(text)]
    return round(sum(marks) / len(marks), 3) if marks else 0.0


def _foreign(text: str) -> int:
    return sum(character > "\x7f" for character in text)


def _plausible(three: str) -> float:
    """How much the middle one of three neighbouring characters looks like something a person wrote: -1..1."""
    before, middle, after = three[0], three[1], three[2]
    if not middle.isalpha():
        glued = middle in "£€¥" and after.isalpha()
        return 0.6 if middle in TYPOGRAPHY and not glued else -1.0
    script = _script(middle)
    neighbours = [_script(other) for other in (before, after) if other.isalpha()]
    if script == "rare" or any(other != script for other in neighbours):
        return -0.6
    if middle.isupper() and before.isalpha() and (before.islower() or after.islower()):
        return -0.5
    if not neighbours:
        return 0.2
    if middle.isupper() and before.isupper():
        return 0.9  # a word in capitals is rarer than one in small letters
    # Accents come one at a time: a word made of them is another alphabet read wrongly.
    crowded = script == "latin" and all(other > "\x7f" and other.isalpha() for other in (before, after))
    return 0.3 if crowded or middle in "þðÞÐýÝ" else 1.0


def _script(letter: str) -> str:
    """The alphabet of a letter, by its place in Unicode; 'rare' where inventories do not use it."""
    for first, last, script in SCRIPTS:
        if first <= letter <= last:
            return script
    return "rare"
