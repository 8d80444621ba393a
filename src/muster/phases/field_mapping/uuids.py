"""Whose a UUID is: the machine's, as its firmware has it, or that of a row in the tool that wrote the list."""

from collections.abc import Sequence

from muster.vocabulary.late_pattern import late

# How UUIDs of firmware begin: VMware's (42 and 56 4d), Dell's ("DELL"), HPE's (digits of the product number, as text),
# Amazon's. A random UUID begins so once in a hundred times.
OF_FIRMWARE = late(
    r"\{?(?:42|56[- ]?4d|44[- ]?45[- ]?4c[- ]?4c|4c4c4544|ec2|3[0-9]3[0-9]3[0-9]3[0-9])[0-9a-f -]{10,}\}?"
)
UUID = late(r"\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?|(?:[0-9a-f]{2}[ -]){15}[0-9a-f]{2}")
NEARLY_ALL = 0.8
SHARE = 0.25  # machines of several makers stand in one list


def is_of_machines(samples: Sequence[str]) -> bool:
    """True for UUIDs of which many begin as those in the firmware of machines do."""
    texts = [text.strip().lower() for text in samples]
    found = [text for text in texts if UUID.fullmatch(text)]
    if not found or len(found) < NEARLY_ALL * len(texts):
        return False
    return sum(OF_FIRMWARE.fullmatch(text) is not None for text in found) >= SHARE * len(found)
