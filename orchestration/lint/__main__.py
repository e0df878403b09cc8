"""Run every house rule over the project: `python -m orchestration.lint`; exit 1 when one is broken."""

import sys

from orchestration.defs.dbt_manifest import dbt_manifest
from orchestration.errors import CrwError
from orchestration.lint import documentation, exceptions, files, layering, sql_text
from orchestration.lint.project import Project, Violation, read_files
from orchestration.settings import PROJECT_ROOT

RULES = (*layering.RULES, *documentation.RULES, *sql_text.RULES, *files.RULES)


def violations(project: Project) -> list[Violation]:
    """Rows of every rule, without the excepted ones, in file order."""
    found = [violation for rule in RULES for violation in rule(project)]
    return sorted(
        exceptions.apply(project, found), key=lambda row: (row.path, row.line, row.rule, row.subject)
    )


def main() -> int:
    """Print one line for each violation; return the exit code."""
    try:
        project = Project(read_files(PROJECT_ROOT), dbt_manifest())
    except CrwError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    found = violations(project)
    for violation in found:
        print(violation)
    summary = f"{len(found)} violations" if found else "House rules: all kept"
    print(f"{summary} ({len(RULES)} rules, {len(project.models)} models, {len(project.files)} files)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
