"""What a text of YAML holds. Loading its library takes a tenth of a start, so only who meets such a text loads this."""

import yaml

from muster.vocabulary.table import Json

# The base loader makes texts, lists and mappings of everything and knows no tags: nothing is built or run, `no` stays
# `no`, 22.10 stays 22.10, and !ruby/object: marks are passed over.
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def documents_in(text: str) -> list[Json]:
    """The documents of the text. Raises ValueError where it is no YAML, RecursionError where it nests too deeply."""
    try:
        return list(yaml.load_all(text, Loader=LOADER))
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
