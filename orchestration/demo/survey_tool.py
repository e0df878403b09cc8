"""The survey tool's export: JSON lines, one per question answered; an unanswered invitation is one without a score."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.demo import surveys
from orchestration.demo.draws import each
from orchestration.demo.scene import Scene
from orchestration.demo.text import JsonLines, debtor, iso

FILE = "survey_answers.jsonl"
_MODES = ("paper", "telephone", "web")
_QUESTIONS = (
    ("recommend", None), ("overall", None), ("effort", None), ("rating", "delivery"), ("rating", "quality"),
    ("rating", "price"), ("rating", "service"),
)  # fmt: skip


class SurveyWriter:
    """Writes blocks into the export; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._file = JsonLines(folder / FILE)

    def __enter__(self) -> "SurveyWriter":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.__exit__(*error)

    def write(self, scene: Scene) -> None:
        """Append one block's invitations and answers."""
        self._file.rows(_answers(scene))


def _answers(scene: Scene) -> Iterator[dict[str, Any]]:
    for asked in each(scene.surveys):
        number = scene.number(asked.customer)
        survey = f"S{number + 1:07d}-{asked.rank + 1:02d}"
        answered = [question for question, score in enumerate(asked.scores) if score != surveys.NONE]
        for question in answered or [surveys.CSAT]:
            name, topic = _QUESTIONS[question]
            yield {
                "answer": f"{survey}-{question + 1}",
                "survey": survey,
                "debtor": debtor(number),
                "on": iso(asked.day),
                "mode": _MODES[asked.method],
                "question": name,
                "topic": topic,
                "score": asked.scores[question] if answered else None,
            }
