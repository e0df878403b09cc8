"""The mapping.yml files that generated folders carry."""

INSURER_MAPPING = ""
CANONICAL_MAPPING = ""
