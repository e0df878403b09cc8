"""`python -m orchestration.auditing BUILD_DIR`: judge one build and leave the verdict in it.

Ends with 0 when it wrote a verdict, whatever the verdict; what could not be judged has not passed.
"""

import sys
from pathlib import Path

from orchestration.auditing.judging import judge_whole
from orchestration.auditing.subject import Subject
from orchestration.settings import Settings

VERDICT = "audit.json"


def main(arguments: list[str]) -> int:
    """Judge the build named on the command line."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: python -m orchestration.auditing BUILD_DIR", file=sys.stderr)
        return 2
    build = Path(arguments[0]).resolve()
    (build / "tmp").mkdir(mode=0o700, exist_ok=True)
    judge_whole(Subject(build, Settings.from_environment())).write(build / VERDICT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
