"""The tests of a file, and all of the published demo, run in one process: each makes its warehouse once."""

import os

import pytest


def test_workers_know_the_groups(request: pytest.FixtureRequest) -> None:
    """pytest and pytest-xdist must agree on where a group's name stands: otherwise every group silently runs apart."""
    markers = [mark.args for mark in request.node.iter_markers("xdist_group")]
    assert markers == [(str(request.path),)]
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert request.node.nodeid.endswith(f"@{request.path}")
