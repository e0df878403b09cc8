"""What the disk refuses once a version is served: a warning, a published night, and a next one that mends it."""

import errno
from pathlib import Path

import pytest

from orchestration.publishing import publish as publishing
from tests.night.faults.publishing import judge, judge_next, prepare, publish


@pytest.mark.parametrize(
    ("refuses", "warning"),
    [
        (
            "orchestration.publishing.retention.remove_tree",
            "Old files could not be removed: Input/output error",
        ),
        ("orchestration.night.write_run", "The record of this run could not be written: Input/output error"),
        ("orchestration.night.mark_published", "could not be marked as used: Input/output error"),
    ],
)
def test_what_stays_is_told_and_goes_the_next_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refuses: str, warning: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    # `publish` puts a report of its own in its place.
    monkeypatch.setattr(publishing, "write_report", publishing.write_report)
    prepare(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(refuses, refuse)
        warnings = publish(tmp_path, lambda: None)
    assert [text for text in warnings if warning in text], warnings
    assert judge(tmp_path, "published") == []
    assert not [text for text in publish(tmp_path, lambda: None) if warning in text]
    assert judge_next(tmp_path, "published", "killed") == []
