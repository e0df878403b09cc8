"""Nights of two tables: landed through the real door, judged by the real gate, published as a tiny version."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from orchestration.building.inputs import known_loads
from orchestration.holds import log
from orchestration.holds.gate import pass_or_hold
from orchestration.landing.ledger import Delivery
from orchestration.protection.categories import Categories
from orchestration.protection.keys import MasterKey
from orchestration.protection.protector import Protector
from orchestration.settings import Settings
from tests.landing.door import FIRST_NIGHT, RULES, Door
from tests.night.tiny import make_version

AS_OF = date(2026, 6, 30)
MAPPING = """version: 1
files:
  - file: customers*.csv
    entity: customers
    columns: {{customer_id: Customer}}
  - file: invoices*.csv
    entity: invoices
    load: {load}
    columns: {{invoice_id: No, customer_id: Customer, issue_date: Issued, currency: Currency, amount: Amount}}
"""


@dataclass
class Nights:
    """A folder of exports and a warehouse; `night()` is land, judge, publish."""

    landing: Path
    warehouse: Path
    door: Door | None = None
    published: int = 0

    def mapping(self, load: str = "full") -> None:
        """Describe the two files."""
        self.the_door.put("mapping.yml", MAPPING.format(load=load))

    @property
    def the_door(self) -> Door:
        """The door of the landing tests, with a key of its own."""
        if self.door is None:
            protector = Protector(MasterKey(bytes(range(32))), Categories.load(RULES))
            self.door = Door(self.landing, self.warehouse, protector)
        return self.door

    @property
    def settings(self) -> Settings:
        """Settings of the warehouse."""
        return self.the_door.settings

    def customers(self, count: int, prefix: str = "C") -> None:
        """Write customers C0, C1, ..."""
        rows = "".join(f"{prefix}{number}\n" for number in range(count))
        self.the_door.put("customers.csv", f"Customer\n{rows}")

    def invoices(
        self,
        count: int,
        *,
        amount: str = "10.00",
        currency: str = "CNY",
        first: int = 0,
        customer: str = "C{}",
        name: str = "invoices.csv",
        more: str = "",
    ) -> None:
        """Write invoices of the customers in turn, ten customers in all; `more`: further lines."""
        rows = "".join(
            f"{number},{customer.format(number % 10)},2026-05-01,{currency},{amount}\n"
            for number in range(first, first + count)
        )
        self.the_door.put(name, f"No,Customer,Issued,Currency,Amount\n{rows}{more}")

    def land(self) -> Delivery:
        """Land the folder, one night after the last."""
        delivery = self.the_door.land()
        assert delivery.refused == []
        return delivery

    def judge(self) -> set[str]:
        """Judge what is known; return the releases used. Raises RunHeld."""
        loads = known_loads(self.settings, None, AS_OF)
        now = FIRST_NIGHT + timedelta(days=self.the_door.nights, hours=1)
        return pass_or_hold(self.settings, loads, AS_OF, now, replay=False)

    def publish(self, released: set[str] = frozenset()) -> str:  # type: ignore[assignment]
        """Serve a version made of what is known."""
        self.published += 1
        published = FIRST_NIGHT + timedelta(days=self.the_door.nights, hours=2)
        loads = known_loads(self.settings, None, AS_OF)
        manifest = make_version(self.warehouse, AS_OF, self.published, published=published, loads=loads)
        log.mark_published(self.warehouse, released, manifest.version)
        return manifest.version

    def night(self) -> str:
        """Land, judge and publish; return the version. Raises RunHeld."""
        self.land()
        return self.publish(self.judge())
