"""A quiz for learning platforms from each chapter's questions, in the format QTI, so that it grades itself."""

import io
import re
import zipfile
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.nodes import clean_astext
from text2qti.config import Config
from text2qti.qti import QTI
from text2qti.quiz import Quiz

from .chapters import contents
from .questions import Question, questions

#: The kinds that platforms grade by themselves.
KINDS = ("number", "choice")
_LETTERS = "abcdefghij"


def quiz_text(title: str, asked: list[Question]) -> str:
    """The questions that a platform can grade, as text2qti reads them."""
    entries = [f"Quiz title: {title}\nShuffle answers: false"]
    for number, one in enumerate((one for one in asked if one.kind in KINDS and not one.predicts), start=1):
        lines = [f"{number}. {_indented(one.text)}"]
        if one.right:
            lines.append(f"+ {_indented(one.right)}")
        if one.kind == "number":
            lines.append(f"= {one.answer:.12g} +- {one.within:.6g}")
        replies = dict(one.mistakes) if one.kind == "choice" else {}
        for place, option in enumerate(one.options, start=1):
            star = "*" if place == one.answer else ""
            lines.append(f"{star}{_LETTERS[place - 1]}) {_indented(option)}")
            lines += [f"... {_indented(replies[place])}"] if place in replies else []
        entries.append("\n".join(lines))
    return "\n\n".join(entries) + "\n"


def _indented(text: str) -> str:
    return text.strip().replace("\n", "\n    ")


def _write(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.name != "html":
        return
    into = Path(app.outdir) / "quizzes"
    into.mkdir(exist_ok=True)
    for page in contents(app.env).chapters:
        if any(one.kind in KINDS and not one.predicts for one in questions(app.env).get(page, ())):
            made = Quiz(quiz_text(clean_astext(app.env.titles[page]), questions(app.env)[page]), config=Config())
            (into / f"{page}.zip").write_bytes(_undated(QTI(made).zip_bytes()))


def _undated(packed: bytes) -> bytes:
    """The same archive, without the time at which it was made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as made, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as same:
        for entry in made.infolist():
            # The manifest tells the day, as the archive would; both begin where archives' time does.
            content = re.sub(rb"[\d-]+(?=</imsmd:dateTime>)", b"1980-01-01", made.read(entry))
            same.writestr(zipfile.ZipInfo(entry.filename), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def setup(app: Sphinx) -> None:
    app.connect("build-finished", _write)
