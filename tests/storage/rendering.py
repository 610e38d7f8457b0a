"""How a text looks when it is written out, to be compared with a stored file.

After a wanted change, ``python -m tests.storage.rendering`` writes all goldens anew from the samples beside them; the
difference is then read in git before it is committed.
"""

from pathlib import Path

from storage import readers
from storage.text import Text

GOLDENS = Path(__file__).parent / "goldens"
SAMPLES = sorted(path for path in GOLDENS.iterdir() if readers.can_read(path))


def rendered(text: Text) -> str:
    """One line for what the text says of itself, one a block, and one a span or section."""
    lines = [f"{text.reader} fill={text.fill} {text.meta}", *(f"warning: {warning}" for warning in text.warnings)]
    for block in text.blocks:
        shape = f"{block.kind} {block.level} {block.quote} {block.marker or '-'} {block.gap}"
        lines.append(f"{shape} | {text.string[block.start : block.end]!r}")
        lines += [
            f"    {span.kind} {text.string[span.start : span.end]!r} {span.target}".rstrip()
            for span in text.spans
            if block.start <= span.start < block.end
        ]
    lines += [f"section {one.level} {one.start}:{one.end} {one.title}" for one in text.sections]
    lines += [f"page {one.label} {one.start}" for one in text.pages]
    for one in text.marks:
        passage = text.string[max(0, one.start) : max(0, one.end)]
        lines.append(f"mark {one.color or '-'} {passage!r} {one.note!r} {one.author} {one.created}".rstrip())
    return "\n".join(lines) + "\n"


def golden(sample: Path) -> Path:
    """Return the file that holds what `sample` is read as."""
    return sample.with_name(f"{sample.name}.golden")


def made() -> dict[str, bytes]:
    """Return the samples that are made by code, by name."""
    from tests.storage import samples, test_readers_pdf  # noqa: PLC0415  # only what compares with them needs it

    return {
        "book.epub": samples.archive(samples.book_parts()),
        "paper.pdf": test_readers_pdf.sample(),
        "report.docx": samples.word(),
        "report.odt": samples.archive(samples.odt_parts()),
    }


if __name__ == "__main__":
    for name, data in made().items():
        golden(GOLDENS / name).write_text(rendered(readers.parse(data, name)), encoding="utf-8")
    for sample in SAMPLES:
        golden(sample).write_text(rendered(readers.read(sample)), encoding="utf-8")
