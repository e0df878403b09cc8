"""A landing folder with people in it: contacts of companies, sole traders in CRM and books, and a namesake."""

from tests.landing.door import Door

MAPPING = """version: 1
files:
  - file: people.csv
    entity: contacts
    columns: {contact_id: No, customer_id: Customer, contact_name: Name, email: Mail, phone: Phone}
  - file: clients.csv
    entity: customers
    columns: {customer_id: No, customer_name: Name, customer_type: Kind, tax_id: Tax, external_id: Books}
  - file: consents.csv
    entity: consents
    columns: {consent_id: No, contact_id: Contact, purpose: Purpose, given_date: Given}
    constants: {legal_basis: consent}
    empty: allowed
"""
ACCOUNTS = "Record Id,Account Name,Ownership,Phone,Currency,Tax ID\n"
CONTACTS = (
    "Record Id,First Name,Last Name,Full Name,Account Name.id,Email,Mobile,Date of Birth,Mailing Street,"
    "Description\n"
)
DEALS = "Record Id,Deal Name,Account Name.id,Contact Name.id,Stage,Amount,Closing Date,Currency,Description\n"
BOOKS = (
    "Contact ID,Display Name,Company Name,Customer Sub Type,Currency Code,EmailID,MobilePhone,Tax ID,"
    "CRM Account ID\n"
)
INVOICES = (
    "Invoice Date,Invoice ID,Invoice Number,Invoice Status,Customer ID,Customer Name,Due Date,Currency Code,"
    "Exchange Rate,Total,Balance\n"
)


def fill(door: Door, **more: str) -> None:
    """Deliver everything; `more` adds lines to a file by its name without ending."""
    add = {
        name: more.get(name, "") for name in ("Accounts", "Contacts", "Deals", "Books", "people", "consents")
    }
    door.put("mapping.yml", MAPPING)
    door.put(
        "zoho_crm/Accounts.csv",
        ACCOUNTS
        + "zcrm_1001,Northgate GmbH,Private,02088887777,CNY,\n"
        + "zcrm_1002,Zhou Min Hardware,Sole Proprietorship,13800138002,CNY,110105199003072377\n"
        + add["Accounts"],
    )
    door.put(
        "zoho_crm/Contacts.csv",
        CONTACTS
        + "zcrm_2001,Marc,Hughes,Marc Hughes,zcrm_1001,marc.hughes@northgate.example.com,"
        + "+44 7700 900772,1980-01-02,Mill Road 8,wife Eve\n"
        + "zcrm_2002,Anna,Reid,Anna Reid,zcrm_1001,anna.reid@northgate.example.com,"
        + "+44 7700 900111,1980-01-02,Mill Road 8,\n"
        + "zcrm_2003,Marc,Hughes,Marc Hughes,zcrm_1001,other.marc@northgate.example.com,"
        + "+44 7700 900333,,,\n"
        + add["Contacts"],
    )
    door.put(
        "zoho_crm/Deals.csv",
        DEALS
        + "zcrm_3001,Bearings,zcrm_1001,zcrm_2001,Closed Won,100.00,2026-01-02,CNY,ask Marc Hughes\n"
        + "zcrm_3002,Cables,zcrm_1001,zcrm_2002,Closed Won,50.00,2026-01-02,CNY,call +44 7700 900772 first\n"
        + "zcrm_3003,Screws,zcrm_1002,,Closed Won,25.00,2026-01-02,CNY,\n"
        + add["Deals"],
    )
    door.put(
        "zoho_books/Contacts.csv",
        BOOKS
        + "5001,Northgate GmbH,Northgate GmbH,business,CNY,marc.hughes@northgate.example.com,,,1001\n"
        + "5002,Zhou Min Hardware,Zhou Min Hardware,individual,CNY,zhou.min@hardware.example.cn,"
        + "13800138002,110105199003072377,1002\n"
        + add["Books"],
    )
    door.put(
        "zoho_books/Invoice.csv",
        INVOICES
        + "2026-01-05,6001,INV-1,Sent,5001,Northgate GmbH,2026-02-05,CNY,1,100.00,100.00\n"
        + "2026-01-06,6002,INV-2,Sent,5002,Zhou Min Hardware,2026-02-06,CNY,1,70.00,70.00\n",
    )
    door.put(
        "people.csv",
        "No,Customer,Name,Mail,Phone\nP1,C1,Marc Hughes,marc.hughes@northgate.example.com,\n"
        "P2,C1,Eve Stone,eve@northgate.example.com,\n" + add["people"],
    )
    door.put(
        "clients.csv",
        "No,Name,Kind,Tax,Books\nC1,Northgate GmbH,organisation,,5001\nC2,Zhou Min Hardware,individual,,5002\n",
    )
    door.put("consents.csv", "No,Contact,Purpose,Given\n" + add["consents"])
