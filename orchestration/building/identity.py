"""A run's identity after other dates were measured: they are part of what the run is made of."""

from datetime import date
from pathlib import Path

from orchestration.building.measuring import Measured, earlier_files
from orchestration.building.workspace import connect_build, set_history
from orchestration.files import remove_tree
from orchestration.settings import Settings


def take_identity(settings: Settings, build: Path, measured: Measured) -> Path:
    """Move a build to the folder of the plan that names all dates measured; return the folder.

    `measured.files` follow; the build's models see the dates before its own as they are now.
    """
    plan = measured.plan
    renamed = build.with_name(plan.run_id)
    remove_tree(renamed)
    build.rename(renamed)
    plan.write(renamed)
    # Files were noted with the folder's old name.
    for files in measured.files.values():
        files.update({table: renamed / file.relative_to(file.parents[2]) for table, file in files.items()})
    earlier = earlier_files(settings, plan.history, measured, plan.as_of)
    with connect_build(renamed, settings.memory_limit, settings.threads) as connection:
        set_history(connection, settings.dbt_dir, earlier)
        connection.execute("checkpoint")
    return renamed


def restated_text(days: list[date]) -> str:
    """Tell which finished dates late documents changed."""
    listed = ", ".join(day.isoformat() for day in days[:10])
    dates = f"{len(days)} finished date{'s' if len(days) > 1 else ''}"
    return f"Late documents restated {dates} ({listed}): see mart_restatements."
