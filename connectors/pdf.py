"""The text of a PDF, read in a process of its own with bounded time and memory.

PDF streams are compressed and point at each other: a small file can keep a reader busy for
hours. The limits are the operating system's, so no fault of the library can pass them.
"""

import json
import subprocess
import sys
from pathlib import Path

from connectors.limits import PDF_MEMORY, PDF_PAGES, PDF_SECONDS
from tradewind.errors import InvalidInput

_READER = Path(__file__).with_name("pdf_process.py")


def pdf_text(data: bytes) -> str:
    """The pages' text. Raises InvalidInput for broken, encrypted, scanned and too long files."""
    limits = [str(PDF_PAGES), str(PDF_SECONDS), str(PDF_MEMORY)]
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_READER), *limits],
            input=data, capture_output=True, timeout=PDF_SECONDS * 2, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise InvalidInput("the PDF takes too long to read", "Print it to a new PDF.") from error
    if done.returncode != 0:
        raise InvalidInput("the PDF is broken and cannot be read", "Print it to a new PDF.")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise InvalidInput(f"the PDF {answer['refused']}", "Export the policy as text or Markdown.")
    return str(answer["text"])
