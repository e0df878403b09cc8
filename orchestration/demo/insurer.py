"""The credit insurer's limit list: a German CSV (cp1252, semicolons, 1.234,50, 31.12.2025)."""

from pathlib import Path

from orchestration.demo.calendar import DATES, LAST
from orchestration.demo.scene import Scene
from orchestration.demo.text import debtor

FILE = "Limitliste.csv"
_HEADER = "Versicherungsnummer;Debitor;Limit;Währung;Zahlungsziel;Gültig ab"
_VALID_FROM = LAST - 12


class InsurerWriter:
    """Writes the limit list; one customer in three is insured. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._handle = open(folder / FILE, "w", encoding="cp1252", newline="")  # noqa: SIM115
        self._handle.write(_HEADER + "\r\n")

    def __enter__(self) -> "InsurerWriter":
        return self

    def __exit__(self, *error: object) -> None:
        self._handle.close()

    def write(self, scene: Scene) -> None:
        """Append one block's insured customers: those of a size worth insuring, by every third number."""
        for at in range(len(scene.parties)):
            number, limit = scene.block.first + at, int(scene.block.credit_limit[at])
            if number % 3 or not limit:
                continue
            grouped = f"{limit * 4 // 5:,}".replace(",", ".")
            day = DATES[_VALID_FROM - number % 90]
            self._handle.write(
                f"KV-{4711 + number:07d};{debtor(number)};{grouped},00;{scene.currency(at)};"
                f"{int(scene.block.traits.terms[at])};{day:%d.%m.%Y}\r\n"
            )
