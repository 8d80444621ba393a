"""Whether a record's machine is hardware or virtual, whether it runs, and when it was last seen."""

import polars as pl

from muster.phases.asset_inventory.kinds import is_virtual_model

# The first word of makers of hardware. Not those whose machines are divided into partitions, with its serial number.
HARDWARE_MAKERS = [
    *("dell", "hp", "hpe", "hewlett", "lenovo", "fujitsu", "cisco", "supermicro", "super", "huawei", "inspur", "nec"),
    *("bull", "acer", "asus", "asustek", "gigabyte", "quanta", "wiwynn", "toshiba", "siemens", "intel"),
]
VIRTUAL_MAKERS = ["vmware", "qemu", "xen", "innotek", "nutanix", "red", "ovirt", "openstack", "amazon", "google", "kvm"]
# VMware and Amazon write their name before it, Hyper-V seven groups of figures; others write a UUID.
VIRTUAL_SERIAL = r"^(vmware-|ec2[0-9a-f]{6}|googlecloud-|[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$|(\d{4}-){6}\d\d$)"
PHYSICAL, VIRTUAL = "physical", "virtual"
ON, OFF = "on", "off"
AT_WORK = ["operational", "installed", "maintenance"]
# Quarters of a year between two sightings: so many are more than 180 days.
LONG = 3


def bodies(records: pl.DataFrame, known: pl.DataFrame) -> list[pl.Series]:
    """form, running, seen (in quarters of a year) of every record, null where it does not say.

    `known`: the plain texts of keys.py, with maker and serial. That something is no virtual machine is what many lists
    say of all that they know nothing of: it counts beside a serial number.
    """
    flag = _column(records, "is_virtual", pl.Boolean())
    model = known["model"]
    marks = {text: is_virtual_model(text) for text in model.unique().drop_nulls().to_list()}
    marked = model.replace_strict(marks, default=False, return_dtype=pl.Boolean)
    numbered = _column(records, "serial_number", pl.String()).str.to_lowercase().str.contains(VIRTUAL_SERIAL)
    facts = known.select("maker", "serial").with_columns(flag=flag, marked=marked, numbered=numbered.fill_null(False))
    virtual = pl.col("flag") | pl.col("maker").is_in(VIRTUAL_MAKERS) | pl.col("marked") | pl.col("numbered")
    made = pl.col("maker").is_in(HARDWARE_MAKERS) | (~pl.col("flag") & pl.col("serial").is_not_null())
    form = pl.when(virtual.fill_null(False)).then(pl.lit(VIRTUAL)).when(made).then(pl.lit(PHYSICAL))
    return [facts.select(form=form).to_series(), _running(known), _seen(records)]


def _column(records: pl.DataFrame, name: str, dtype: pl.DataType) -> pl.Series:
    if name not in records.columns:
        return pl.repeat(None, records.height, dtype=dtype, eager=True).alias(name)
    return records[name].cast(dtype)


def _running(known: pl.DataFrame) -> pl.Series:
    """What a hypervisor says of its power, else what a list says of its state."""
    power, state = pl.col("power_state"), pl.col("lifecycle_status")
    told = pl.when(power.is_in([ON, OFF])).then(power).when(state.is_in(AT_WORK)).then(pl.lit(ON))
    return known.select(running=told).to_series()


def _seen(records: pl.DataFrame) -> pl.Series:
    days = _column(records, "last_seen_at", pl.Datetime("us")).alias("seen")
    return (days.dt.year().cast(pl.Int32) * 4 + days.dt.quarter().cast(pl.Int32)).alias("seen")
