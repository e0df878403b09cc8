"""The credit insurer's limit list: a German CSV (cp1252, semicolons, 1.234,50, 31.12.2025)."""

from pathlib import Path

from orchestration.demo.block import NO_LINK, Block
from orchestration.demo.calendar import CURRENCIES, DATES, LAST
from orchestration.demo.names import Party
from orchestration.demo.text import BOOKS_CONTACT, books_id

FILE = "Limitliste.csv"
_HEADER = "Versicherungsnummer;Debitor;Steuernummer;Kundennummer;Limit;Währung;Zahlungsziel;Gültig ab"
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

    def write(self, block: Block, parties: list[Party]) -> None:
        """Append one block's insured customers: those of a size worth insuring, by every third number."""
        links = block.links()
        for at, party in enumerate(parties):
            number, limit = block.first + at, int(block.credit_limit[at])
            # Where CRM and finance do not know each other, the list would name both and so be ambiguous.
            if number % 3 or not limit or links[at] == NO_LINK:
                continue
            grouped = f"{limit * 4 // 5:,}".replace(",", ".")
            day = DATES[_VALID_FROM - number % 90]
            self._handle.write(
                f"KV-{4711 + number:07d};D{number + 10001:07d};{party.tax_id};"
                f"{books_id(BOOKS_CONTACT, number)};{grouped},00;"
                f"{CURRENCIES[int(block.traits.currency[at])]};{int(block.traits.terms[at])};{day:%d.%m.%Y}\r\n"
            )
