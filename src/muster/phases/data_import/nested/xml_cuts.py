"""Where the records of a long XML list begin, found by an event parser that keeps nothing."""

from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from muster.phases.data_import.nested.pieces import FEWEST, Chosen, Cuts

WINDOW = 1 << 20


def xml_cuts(path: Path) -> Cuts | None:
    """Cuts in the outermost element that still goes on after the first window; None where there is none.

    None also for what is no sound XML: the reader of whole documents says what is wrong with it.
    """
    places = _Places()
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda _tag, _about: places.opened(parser)
    parser.EndElementHandler = lambda _tag: places.ended(parser)
    parser.EntityDeclHandler = places.refuse
    try:
        with path.open("rb") as file:
            while not places.refused and (window := file.read(WINDOW)):
                parser.Parse(window, False)
                places.choose()
            parser.Parse(b"", True)
    except ExpatError:
        return None
    return places.cuts()


class _Places:
    """Depth and children of the open elements, until the list is chosen; then where its children begin."""

    def __init__(self) -> None:
        self.children: list[int] = []  # of each open element, so far
        self.firsts: list[int] = []  # the byte at which the first child of each begins
        self.depth = 0  # of the list's element; 0 until it is known
        self.found = Chosen(0)
        self.closed = 0
        self.refused = False

    def opened(self, parser: XMLParserType) -> None:
        if self.children:
            if not self.children[-1]:
                self.firsts[-1] = parser.CurrentByteIndex
            self.children[-1] += 1
        if self.depth and len(self.children) == self.depth and not self.closed:
            self.found.add(parser.CurrentByteIndex)
        self.children.append(0)
        self.firsts.append(0)

    def ended(self, parser: XMLParserType) -> None:
        if self.depth and len(self.children) == self.depth and not self.closed:
            self.closed = parser.CurrentByteIndex
        self.children.pop()
        self.firsts.pop()

    def refuse(self, *_about: object) -> None:
        """Documents that declare entities are left to the reader that refuses them."""
        self.refused = True

    def choose(self) -> None:
        """The outermost of the open elements that has several children is the list."""
        if not self.depth:
            self.depth = next((at for at, count in enumerate(self.children, 1) if count >= FEWEST), 0)
            self.found = Chosen(self.firsts[self.depth - 1] if self.depth else 0)

    def cuts(self) -> Cuts | None:
        """What was found; None where there is no list, or something in it is declared."""
        if self.refused or not self.closed:
            return None
        return Cuts(self.found.until(self.closed), varying=True)
