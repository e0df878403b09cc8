"""House rules that neither ruff nor sqlfluff can see; run by `python -m orchestration.lint`."""
