"""Who reads what: the one place that says which audiences there are and which classes of data each may see.

A mart names its audiences (`meta.audience`); files, roles of a database server and the audit all follow from here.
"""

from dataclasses import dataclass

from orchestration.protection.categories import Category

# A mart is for finance at least: it sees everything that is published.
FIRST = "finance"


@dataclass(frozen=True)
class Audience:
    """One group of readers: the classes it may see, and categories that it may not see though their class fits."""

    name: str
    classes: frozenset[str]
    hidden: frozenset[str] = frozenset()

    def may_see(self, category: Category | None) -> bool:
        """Whether a column of this category may be published to it; a column without one never may."""
        if category is None or category.treatment in ("pseudonymise", "vault_only"):
            return False
        return category.data_class in self.classes and category.category not in self.hidden


# Neither sees personal data in clear; BI sees no pseudonym or masked form of a contact either, and nobody free text.
AUDIENCES = {
    audience.name: audience
    for audience in (
        Audience(FIRST, frozenset({"none", "internal", "personal"})),
        Audience(
            "bi",
            frozenset({"none", "internal"}),
            frozenset({"free_text", "unknown", "pseudonym", "masked"}),
        ),
    )
}


def is_valid(names: object) -> bool:
    """Whether the audiences that a mart names are known ones and hold the first."""
    return isinstance(names, list | tuple) and FIRST in names and set(names) <= set(AUDIENCES)
