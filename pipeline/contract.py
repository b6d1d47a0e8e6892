"""Enforce what a table promises, at the two borders where it matters: what a stage returns and what is read from disk."""

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import ContractError
from pipeline.tables import Spec


def conform(table: pa.Table, spec: Spec) -> pa.Table:
    """Return `table` with exactly the columns of `spec`, in order and cast safely.

    Leaves values alone. Raises ContractError, naming table, column and a sample value, when a column is missing or
    unknown, a type does not fit, a required value is null, a value is not allowed, out of range, or a key repeats.
    """
    names, wanted = set(table.column_names), set(spec.schema.names)
    if names != wanted:
        _fail(spec, f"has columns missing {sorted(wanted - names)} and unknown {sorted(names - wanted)}")
    columns = [_cast(table[field.name], field, spec) for field in spec.schema]
    table = pa.Table.from_arrays(columns, schema=spec.schema)
    for field in spec.schema:
        if not field.nullable and table[field.name].null_count:
            _fail(spec, f"column {field.name} holds {table[field.name].null_count} empty values where none may be")
    for name, allowed in spec.values:
        strange = pc.invert(pc.is_in(table[name], value_set=pa.array(allowed)))
        _refuse(spec, table[name], pc.and_(strange, pc.is_valid(table[name])), f"column {name} may hold only {', '.join(allowed)}")
    for name, low, high in spec.ranges:
        outside = pc.or_(pc.less(table[name], low), pc.greater(table[name], high))
        _refuse(spec, table[name], pc.or_(outside, pc.is_nan(table[name])), f"column {name} must lie between {low} and {high}")
    if spec.key and len(table):
        distinct = len(table.select(spec.key).group_by(list(spec.key)).aggregate([]))
        if distinct != len(table):
            _fail(spec, f"repeats its key ({', '.join(spec.key)}) in {len(table) - distinct} rows")
    return table


def _cast(column: pa.ChunkedArray, field: pa.Field, spec: Spec) -> pa.ChunkedArray:
    try:
        return column.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        _fail(spec, f"column {field.name} is {column.type}, which does not fit {field.type} ({error})")


def _refuse(spec: Spec, column: pa.ChunkedArray, bad: pa.ChunkedArray, message: str) -> None:
    if pc.any(bad).as_py():
        sample = column.filter(bad)[0].as_py()
        _fail(spec, f"{message}, found {sample!r}")


def _fail(spec: Spec, message: str) -> None:
    raise ContractError(f"Table {spec.name} {message}. A stage broke its promise: please report this as a bug.", message)
