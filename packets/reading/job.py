"""What a job of reading is given, and how it says no."""

from typing import Any, TypedDict


class Job(TypedDict):
    """One file: its bytes, the pages wanted (none: all), the steps (longest edge, JPEG quality) of
    making it smaller until `budget` bytes are kept, whether it has to be grey, and how many
    characters of its words are wanted."""

    size: int
    pages: list[int]
    steps: list[tuple[int, int]]
    budget: int
    grey: bool
    words: int


class Limits(TypedDict):
    """What is too much: pages, pixels of a picture, bytes of unpacked content, forms drawn, CPU
    seconds for a file, bytes of memory."""

    pages: int
    pixels: int
    content: int
    forms: int
    seconds: int
    memory: int


CHOOSE = "Name the pages to show, as in 1-3,7."
FEWER = "Save it with fewer pixels."
PRINT = "Print it to a new PDF."

Told = tuple[dict[str, Any], list[bytes]]


class Refused(Exception):
    """Why a file may not be shown, as the end of a sentence that begins with its name; and what
    to do about it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def check_pages(wanted: list[int], found: int, limits: Limits) -> None:
    """Refuse more pages than may be, and pages that there are not."""
    if not found:
        raise Refused("has no pages", PRINT)
    if len(wanted) > limits["pages"]:
        raise Refused(f"has {len(wanted)} pages, more than {limits['pages']}", CHOOSE)
    beyond = [number for number in wanted if not 1 <= number <= found]
    if beyond:
        raise Refused(f"has {found} pages; there is no page {beyond[0]}", CHOOSE)


def check_pixels(width: int, height: int, limits: Limits) -> None:
    """Refuse a picture that is small as a file and huge in memory."""
    if width * height > limits["pixels"]:
        millions = f"{width * height / 1e6:.0f} megapixels"
        raise Refused(f"has {millions}, more than {limits['pixels'] / 1e6:.0f}", FEWER)
