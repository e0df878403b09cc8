"""What is worth telling of the model itself: a score that turned harmful or useless, a population that moved away."""

from datetime import datetime
from typing import Any

import duckdb

from orchestration.alerting.alert import Alert
from orchestration.errors import CrwError
from orchestration.publishing.versions import Version
from orchestration.reporting.labels import label
from orchestration.rules.tables import read_rows
from orchestration.settings import PROJECT_ROOT

# A standing finding is told once for each new window that bears it out, a shift once a month.
_FINDINGS = """
    select score_verdict as term, dimension as measure, outcome_id,
        round(auc, 3) as figure, round(best_naive_auc, 3) as reference, last_start_date as borne_out
    from marts.mart_score_worth
    union all
    select stability_status, measure_name, null, round(psi, 2), round(psi_by_chance, 2),
        date_trunc('month', validation_date)
    from marts.mart_score_stability where validation_date = as_of_date
    order by term, measure, outcome_id nulls first
"""


def of_decay(version: Version, told: set[str], now: datetime) -> Alert | None:
    """The alert to the model's owner on findings whose term has a severity in validation_terms, not told before."""
    manifest = version.manifest
    newest = max((day for dates in manifest.history.values() for day in dates), default=manifest.as_of_date)
    if (
        not {"mart_score_worth", "mart_score_stability"} <= set(manifest.tables)
        or manifest.as_of_date < newest
    ):
        return None
    as_of = manifest.as_of_date.isoformat()
    try:
        terms, rows = _terms(as_of), _findings(version)
    except (duckdb.Error, CrwError) as error:
        return Alert(
            cause="decay:unreadable",
            severity="critical",
            title=f"What the scores of {version.name} are worth cannot be read",
            lines=(f"{type(error).__name__}; look at mart_score_worth yourself.",),
            as_of=as_of,
            raised_at=now,
        )
    fresh = [(row, terms[row["term"]]) for row in rows if row["term"] in terms and _news(row) not in told]
    if not fresh:
        return None
    plural = "s" if len(fresh) > 1 else ""
    return Alert(
        cause=f"decay:{as_of}",
        severity="critical" if any(term["alert_severity"] == "critical" for _, term in fresh) else "warning",
        title=f"{len(fresh)} finding{plural} against the risk model as of {as_of}",
        lines=(
            *(_line(row, term) for row, term in fresh),
            f"All of them: mart_score_worth and mart_score_stability of version {version.name}",
        ),
        as_of=as_of,
        raised_at=now,
        news=tuple(_news(row) for row, _ in fresh),
    )


def _terms(as_of: str) -> dict[str, dict[str, str]]:
    """Rows in force of the terms that somebody is told of."""
    return {
        row["term"]: row
        for row in read_rows(PROJECT_ROOT / "seeds" / "rules", "validation_terms")
        if row["alert_severity"]
        and row["effective_from"] <= as_of
        and (not row["effective_to"] or as_of < row["effective_to"])
    }


def _findings(version: Version) -> list[dict[str, Any]]:
    with duckdb.connect(str(version.folder / "finance.duckdb"), read_only=True) as connection:
        cursor = connection.execute(_FINDINGS)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _news(row: dict[str, Any]) -> str:
    return "|".join(
        ("decay", row["term"], row["measure"], row["outcome_id"] or "", f"{row['borne_out']:%Y-%m-%d}")
    )


def _line(row: dict[str, Any], term: dict[str, str]) -> str:
    if row["outcome_id"] is None:
        figures = f"PSI {row['figure']}, by chance {row['reference']}"
    else:
        figures = f"AUC {row['figure']}, best naive rule {row['reference']}"
    about = f" / {label('outcomes', row['outcome_id']).en}" if row["outcome_id"] else ""
    return f"{term['label_en']} {term['label_zh']} ({row['term']}): {row['measure']}{about}; {figures}; {term['owner']}"
