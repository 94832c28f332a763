"""Pictures: every page as JPEG without metadata, in a size that may be."""

import io
from collections.abc import Callable

from job import Job, Limits, Refused, Told, check_pages, check_pixels
from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP")

HEADS = (b"\xff\xd8", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"BM")
"""How their files begin; WebP's name stands further in."""

_FULL = 0.75
"""With less of its budget used a picture may be worth a better step."""

_FILTER = Image.Resampling.BILINEAR
_NEARLY = 0.85
"""A picture this much smaller than the longest edge allowed is as good."""

_POSITION = 0x8825
"""The EXIF tag of the directory with the place where a picture was taken."""


def picture(data: bytes, job: Job, limits: Limits) -> Told:
    """Every page of a picture file as JPEG without metadata."""
    _known_picture(data)
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    frames = getattr(image, "n_frames", 1)
    wanted = job["pages"] or list(range(1, frames + 1 if image.format == "TIFF" else 2))
    check_pages(wanted, frames, limits)
    notes = (
        [f"only the first of {frames} pictures is shown"]
        if frames > 1 and image.format != "TIFF"
        else []
    )
    if {"exif", "xmp"} & image.info.keys() or image.getexif().get_ifd(_POSITION):
        notes.append("metadata (EXIF, position) removed")
    parts: list[bytes] = []
    shapes: list[tuple[int, int]] = []
    for number in wanted:
        image.seek(number - 1)
        check_pixels(image.width, image.height, limits)
        jpeg, shape = _encoded(image, job, len(data))
        parts.append(jpeg)
        shapes.append(shape)
    head = {
        "kind": "picture",
        "media": Image.MIME.get(str(image.format), "image/jpeg"),
        "shapes": shapes,
    }
    return {**head, "pages": len(parts), "of": frames, "notes": notes}, parts


def _known_picture(data: bytes) -> None:
    if not data:
        raise Refused("is empty", "Ask for it again.")
    if data[4:8] == b"ftyp" and data[8:12] in (
        b"heic",
        b"heix",
        b"heim",
        b"hevc",
        b"mif1",
        b"msf1",
    ):
        raise Refused("is a HEIC picture, which no network takes", "Save it as JPEG or PNG.")
    if not data.startswith(HEADS) and data[8:12] != b"WEBP":
        raise Refused(
            "is neither a PDF nor a picture (JPEG, PNG, GIF, WebP, TIFF, BMP)", "Print it to PDF."
        )


def _encoded(image: Image.Image, job: Job, size: int) -> tuple[bytes, tuple[int, int]]:
    """The picture as JPEG in the best of the job's steps that is small enough, and its size."""
    longest = max(image.size)
    if image.format in ("JPEG", "MPO"):
        # Half, a quarter or an eighth of the pixels comes almost free out of a JPEG.
        image.draft(None, within(image.size, int(job["steps"][0][0] * _NEARLY)))
    whole = flat(ImageOps.exif_transpose(image), job["grey"])

    def encode(edge: int, quality: int) -> bytes:
        shape = within(whole.size, edge)
        scaled = whole if shape == whole.size else whole.resize(shape, _FILTER, reducing_gap=2.0)
        out = io.BytesIO()
        scaled.save(out, "JPEG", quality=quality)
        return out.getvalue()

    jpeg, (edge, _) = in_best_step(job, longest, size, encode)
    return jpeg, within(whole.size, edge)


def in_best_step(
    job: Job, longest: int, size: int, encode: Callable[[int, int], bytes]
) -> tuple[bytes, tuple[int, int]]:
    """What `encode` makes in the best of the job's steps that keeps the budget, else in the last;
    and the step. `longest` edge and `size` in bytes of what is there tell where to begin."""
    steps, budget = job["steps"], job["budget"]
    made: dict[int, bytes] = {}
    step = _promising(steps, budget, longest, size)
    while True:
        made[step] = encode(*steps[step])
        if len(made[step]) > budget:
            if step + 1 in made or step + 1 == len(steps):
                step = min(step + 1, len(steps) - 1)
                break
            step += 1
        elif step == 0 or step - 1 in made or len(made[step]) > budget * _FULL:
            break
        else:
            step -= 1
    return made[step], steps[step]


def _promising(steps: list[tuple[int, int]], budget: int, longest: int, size: int) -> int:
    """The first step that may be small enough: bytes go with the pixels, and about with the
    quality's square."""
    best = steps[0][1]
    may = (
        n for n, (edge, quality) in enumerate(steps)
        if size * min(1.0, edge / longest) ** 2 * (quality / best) ** 2 <= budget * 1.1
    )  # fmt: skip
    return next(may, len(steps) - 1)


def within(size: tuple[int, int], edge: int) -> tuple[int, int]:
    scale = min(1.0, edge / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def flat(image: Image.Image, grey: bool) -> Image.Image:
    """In colours or grey, on white where it was transparent."""
    if image.mode.startswith("I;16"):
        image = image.point([value // 256 for value in range(65536)], "L")
    if image.mode in ("P", "PA", "LA", "RGBA", "La", "RGBa"):
        clear = image.convert("RGBA")
        image = Image.new("RGB", clear.size, "white")
        image.paste(clear, mask=clear.getchannel("A"))
    return image.convert("L" if grey or image.mode in ("1", "L", "I;16") else "RGB")
