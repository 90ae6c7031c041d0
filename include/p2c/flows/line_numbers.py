"""Numbers for lines whose own are blank or repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

Line = Mapping[str, str | None]


def quote_line_numbers(lines: Sequence[Line], sent: Mapping[str, str]) -> dict[str, str]:
    """Number the lines of a quote by (lineitemnumber, createdon, id), above every number that is taken.

    A line keeps the number it was ``sent`` under; one that never was sent keeps its own if no other has it.
    """
    numbers = {line_id: sent[line_id] for line in lines if (line_id := _id(line)) in sent}
    own, taken = Counter(map(_own, lines)), set(numbers.values())
    for line in lines:
        number = _own(line)
        if number and own[number] == 1 and number not in taken:
            numbers.setdefault(_id(line), number)
    following = max((int(number) for number in (*own, *sent.values()) if number), default=0) + 1
    unnumbered = (line for line in lines if _id(line) not in numbers)
    for place, line in enumerate(sorted(unnumbered, key=_place)):
        numbers[_id(line)] = str(following + place)
    return numbers


def _id(line: Line) -> str:
    return str(line["quotedetailid"])


def _own(line: Line) -> str:
    """The line's own number; "" where there is none above zero."""
    number = (line["sequencenumber"] or "").strip()
    return str(int(number)) if number.isdecimal() and int(number) else ""


def _place(line: Line) -> tuple[int, str, str]:
    number = (line["lineitemnumber"] or "").strip()
    return int(number) if number.isdecimal() else 0, line["createdon"] or "", _id(line)
