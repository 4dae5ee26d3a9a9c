"""Which group of the shared README's table each file of the official testsuite belongs to."""

import re

SCALAR = "2.0 scalar"
LEGACY = "legacy exceptions"

# The first rule whose pattern matches the path (without ".wast") decides; what none matches is scalar.
_RULES = [
    ("threads (both)", r"proposals/threads.*"),
    ("custom page sizes", r"proposals/custom-page-sizes/.*"),
    (LEGACY, r"legacy/.*"),
    ("annotations, instances, custom", r"custom/.*|annotations|instance"),
    ("relaxed vector", r".*relaxed.*"),
    ("vector", r"simd_.*"),
    ("memory64/table64", r"(?!i64$|f64$).*64(-imports)?|table_copy_mixed"),
    ("multi-memory", r".*[a-z_][0-4]|memory-multi|memory_size_import|memory_grow"),
    ("GC", r"array.*|struct|i31|extern|binary-gc|br_on_cast.*|ref_(cast|eq|test)|type-(canon|rec|subtyping)"),
    ("global/data/elem (extended constants)", r"global|data|elem"),
    ("tail calls", r"return_call.*"),
    ("exceptions", r"tag|throw.*|try_table"),
    (
        "function references",
        r"br_on_.*|call_ref|local_init|ref|ref_(as_non_null|null)|type-equivalence|unreached-valid",
    ),
]
GROUPS = [name for name, _ in _RULES] + [SCALAR]


def group_of(path):
    """`path` is relative to the testsuite's folder."""
    stem = path.removesuffix(".wast")
    return next((name for name, pattern in _RULES if re.fullmatch(pattern, stem)), SCALAR)
