"""Fxiaoke's agreements: sale contracts of both generations, and credit limits of the branch."""

from collections.abc import Iterator

import numpy as np

from orchestration.demo import contracts
from orchestration.demo.calendar import LAST
from orchestration.demo.draws import each
from orchestration.demo.fxiaoke_fields import Object, account_id, day_of, in_currency, kept, owned
from orchestration.demo.homes import FXIAOKE
from orchestration.demo.scene import Scene
from orchestration.demo.text import FXIAOKE_BALANCE, FXIAOKE_CONTRACT, fxiaoke_id, money

_CONTRACT_STATES = ("1", "2", "3", "4")
_OLD_CONTRACT = ("started_time", "expired_time", "contract_amount", "status")
_NEW_CONTRACT = ("field_Beg01__c", "field_End01__c", "field_Amt01__c", "field_Stat1__c")
_CLAUSES = (
    "field_CaRig__c",
    "field_CaTer__c",
    "field_CaLia__c",
    "field_CaPay__c",
    "field_CaDis__c",
    "field_CaCon__c",
)
# Sale contracts from this day on are of the newer kind.
_NEW_KIND_FROM = 550


def rows_of(scene: Scene) -> dict[str, Iterator[Object]]:
    """Objects of one block by name."""
    return {
        "ContractObj": _contracts(scene, is_new=False),
        "SaleContractObj": _contracts(scene, is_new=True),
        "NewCustomerAccountObj": _limits(scene),
    }


def _contracts(scene: Scene, is_new: bool) -> Iterator[Object]:
    """Sale contracts of customers that only Fxiaoke looks after; the legal department's register has the others."""
    numbers = scene.contract_numbers
    for signed in each(scene.contracts, scene.in_fxiaoke_only):
        if signed.kind != contracts.SALE or (signed.start_day >= _NEW_KIND_FROM) != is_new:
            continue
        customer, created = signed.customer, min(signed.start_day, LAST)
        told = (
            day_of(signed.start_day), day_of(signed.end_day), money(signed.amount), _CONTRACT_STATES[signed.status],
        )  # fmt: skip
        yield {
            "_id": fxiaoke_id(FXIAOKE_CONTRACT, scene.number(customer) * 100 + signed.rank),
            "name": numbers[signed.at],
            "account_id": account_id(scene, customer),
            **dict(zip(_NEW_CONTRACT if is_new else _OLD_CONTRACT, told, strict=True)),
            "field_Sig01__c": day_of(signed.signed_day),
            "field_Ren01__c": signed.renews,
            "field_Not01__c": str(signed.notice),
            "field_Trm01__c": day_of(signed.terminated_day),
            "field_Brc01__c": day_of(signed.breach_day),
            **{name: not signed.missing >> clause & 1 for clause, name in enumerate(_CLAUSES)},
            **in_currency(scene, customer, created),
            **owned(scene, customer, created),
            **kept(created),
        }


def _limits(scene: Scene) -> Iterator[Object]:
    """Credit limits of the branch."""
    branch = (scene.homes.systems == FXIAOKE) & (scene.block.credit_limit > 0)
    for customer in np.flatnonzero(branch).tolist():
        yield {
            "_id": fxiaoke_id(FXIAOKE_BALANCE, scene.number(customer)),
            "customer_id": account_id(scene, customer),
            "credit_quota": f"{int(scene.block.credit_limit[customer])}.00",
            "field_Days1__c": str(int(scene.block.traits.terms[customer])),
            **in_currency(scene, customer, LAST),
            **kept(max(int(scene.block.traits.start[customer]), 0)),
        }
