"""A landing of contacts alone: every row a person, the worst that protection meets. All of them are invented."""

from pathlib import Path

import duckdb

from orchestration.files import make_dirs

_COLUMNS = (
    "contact_id",
    "customer_id",
    "contact_name",
    "email",
    "phone",
    "job_title",
    "is_opted_out",
    "created_date",
)
_PEOPLE = """
    select
        'P' || lpad(cast(i as varchar), 9, '0') as contact_id,
        'C' || lpad(cast(i // 5 as varchar), 8, '0') as customer_id,
        list_extract(['Wang', 'Li', 'Zhang', '刘', '陈', 'Baker', 'O''Neil', 'Schmidt'], i % 8 + 1)
            || ' ' || list_extract(['Wei', 'Min', '芳', '伟', 'Anna', 'Jörg'], i % 6 + 1) || ' ' || i as contact_name,
        'person' || i || '@example.com' as email,
        '1' || (30 + i % 60) || lpad(cast((i * 7919) % 100000000 as varchar), 8, '0') as phone,
        list_extract(['buyer', 'controller', '财务总监', 'director'], i % 4 + 1) as job_title,
        i % 9 = 0 as is_opted_out,
        date '2024-01-01' + cast(i % 900 as integer) as created_date
    from range({people}) as numbers(i)
"""


def people_landing(folder: Path, people: int) -> Path:
    """Write a landing folder of so many contacts as Parquet with its mapping; one that is there stays."""
    landing = folder / f"people-{people}"
    mapping = landing / "files" / "mapping.yml"
    if not mapping.is_file():
        make_dirs(mapping.parent)
        target = str(mapping.parent / "contacts.parquet").replace("'", "''")
        with duckdb.connect() as connection:
            connection.execute(f"copy ({_PEOPLE.format(people=people)}) to '{target}' (format parquet)")
        lines = [f"      {name}: {name}" for name in _COLUMNS]
        entry = ["version: 1", "files:", "  - file: contacts.parquet", "    entity: contacts", "    columns:"]
        mapping.write_text("\n".join([*entry, *lines, ""]), encoding="utf-8")
    return landing
