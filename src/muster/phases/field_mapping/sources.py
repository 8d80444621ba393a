"""The sources of evidence, in the order in which they are asked; the first may rule a column out."""

from collections.abc import Callable, Iterator

from muster.phases.field_mapping.evidence import (
    Column,
    Evidence,
    from_context,
    from_count,
    from_dictionary,
    from_part,
    from_share,
    from_size,
    from_tag,
    from_terms,
    from_unspaced,
    from_values,
    from_word_order,
)
from muster.phases.field_mapping.link_evidence import from_ends, from_pair, from_paired_ends

SOURCES: tuple[Callable[[Column], Iterator[Evidence]], ...] = (
    from_paired_ends,
    from_share,
    from_tag,
    from_context,
    from_count,
    from_dictionary,
    from_ends,
    from_pair,
    from_word_order,
    from_terms,
    from_size,
    from_part,
    from_unspaced,
    from_values,
)
"""The cheap sources; that of misspelt words is asked only where these found nothing."""
