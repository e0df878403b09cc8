"""Names of batches and deliveries: hashes that begin with a letter."""

import hashlib
import json


def hashed_name(content: object, length: int = 16) -> str:
    """Name for what is JSON: a letter and `length` - 1 hexadecimal digits of its SHA-256.

    Without the letter one hash in some hundred thousand is digits alone, and reads like a bank card for good.
    """
    return "h" + hashlib.sha256(json.dumps(content).encode()).hexdigest()[: length - 1]
