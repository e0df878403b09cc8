"""Text at the pace of Arrow where it is plain, in Python where it is not: both give the same for the same value."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

_CJK = "㐀-鿿"
# NFKC leaves these signs as they are in any company, and one case is a matter of single signs: no ß, no µ.
_SIGNS = f"!-~À-ÖØ-Þà-öø-ÿ{_CJK}"
# RE2, found in a text that needs more than lower case to become its own canonical form.
ODD_TEXT = f"[^ {_SIGNS}]|^ | $|  |[{_CJK}] [{_CJK}]"


def mapped(
    values: pa.Array, odd: str, quick: Callable[[pa.Array], pa.Array], exact: Callable[[str], str]
) -> pa.Array:
    """Map strings without nulls: `quick` takes the whole column, `exact` each value that `odd` (RE2) is found in."""
    is_odd = pc.match_substring_regex(values, odd)
    made, rest = quick(values), [exact(value) for value in values.filter(is_odd).to_pylist()]
    return pc.replace_with_mask(made, is_odd, pa.array(rest, pa.string())) if rest else made
