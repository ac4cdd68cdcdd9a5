"""A form to be filled in on paper: boxes, lines, signatures, a part to tear off."""

from dataclasses import dataclass
from typing import Any

from helpers.displays.model import Display, Fact


@dataclass(frozen=True)
class Question:
    """What is asked: boxes to tick, then empty lines to write on."""

    label: str
    boxes: tuple[str, ...] = ()
    lines: int = 0


@dataclass(frozen=True)
class FormPart:
    """A part of a form; `signers` are the roles of those who sign it, one row each.

    A part that is `torn` off stands below a line to cut along.
    """

    title: str
    facts: tuple[Fact, ...] = ()
    sentences: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    signers: tuple[str, ...] = ()
    torn: bool = False


@dataclass(frozen=True)
class Form(Display):
    """A form of several parts, one sheet of paper."""

    parts: tuple[FormPart, ...] = ()

    def csv_copy(self) -> tuple[list[str], list[list[str]]]:
        """Parts, sentences, questions, boxes and signatures as rows."""
        rows = [[part.title, *row] for part in self.parts for row in _list_rows(part)]
        return ["part", "kind", "content"], rows


def _list_rows(part: FormPart) -> list[list[str]]:
    rows = [["fact", f"{fact.label}: {fact.value}"] for fact in part.facts]
    rows += [["text", sentence] for sentence in part.sentences]
    for question in part.questions:
        rows.append(["question", question.label])
        rows += [["box", f"[ ] {box}"] for box in question.boxes]
        rows += [["line", ""]] * question.lines
    return rows + [["signature", signer] for signer in part.signers]


def describe_parts(form: Form) -> list[dict[str, Any]]:
    """Parts as plain data, for a template."""
    return [
        {
            "title": part.title,
            "facts": [[fact.label, fact.value] for fact in part.facts],
            "sentences": list(part.sentences),
            "questions": [[ask.label, list(ask.boxes), ask.lines] for ask in part.questions],
            "signers": list(part.signers),
            "torn": part.torn,
        }
        for part in form.parts
    ]
