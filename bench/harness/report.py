"""Tables of what was measured, as text and as JSON."""
import math

# Megabytes of code a second that validation alone is to do.
VALIDATION_GOAL = 150
# Below this, a kernel's time without start-up is mostly noise.
TOO_SHORT = 0.02


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def print_table(heads, rows):
    """Columns as wide as needed; the first to the left, the others to the right."""
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    for row in [heads, *rows]:
        cells = [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:]))]
        print("  ".join(cells).rstrip())
    print()


def print_engines(engines, missing, clock):
    print("Engines")
    for engine in engines:
        print(f"  {engine.name}: {engine.version}")
    for line in missing:
        print(f"  MISSING {line}")
    print("Times are wall-clock times.\n" if clock == "wall" else "Times are CPU times of all threads.\n")


def print_startup(results):
    print("Start-up: an empty WASI program from exec to exit (median), peak resident memory")
    rows = []
    for engine in results.engines:
        if engine.name in results.startup:
            rows.append([engine.name, f"{results.startup[engine.name] * 1e3:.2f} ms",
                         f"{results.resident[engine.name] / 1024:.1f} MiB"])
        else:
            rows.append([engine.name, "failed", "-"])
    print_table(["engine", "time", "memory"], rows)


def print_times(results):
    print("Milliseconds without start-up (with it), medians")
    names = [e.name for e in results.engines]
    rows = []
    for kernel in results.kernels:
        row = [kernel.name]
        for name in names:
            if results.ran(kernel.name, name):
                row.append(f"{results.net(kernel.name, name) * 1e3:.0f} ({results.gross(kernel.name, name) * 1e3:.0f})")
            else:
                row.append("failed")
        rows.append(row)
    print_table(["kernel", *names], rows)


def ratio_pairs(names):
    """wasmjet's tiers against each other engine, and node's tiers against native code."""
    ours = [tier for tier in ("wasmjet", "wasmjet-interp") if tier in names]
    pairs = [(tier, other) for tier in ours for other in names if other not in ours[:ours.index(tier) + 1]]
    return pairs + [(tier, "native") for tier in ("liftoff", "turbofan") if tier in names and "native" in names]


def ratio(results, kernel, pair):
    """Time of the first over time of the second, None if one of them failed."""
    if not all(results.ran(kernel, name) for name in pair):
        return None
    return results.net(kernel, pair[0]) / results.net(kernel, pair[1])


def print_ratios(results):
    pairs = ratio_pairs([e.name for e in results.engines])
    if not pairs:
        return
    print("Ratios of times without start-up (below 1: the first is faster)")
    rows = []
    for kernel in results.kernels:
        values = [ratio(results, kernel.name, pair) for pair in pairs]
        rows.append([kernel.name, *("-" if v is None else f"{v:.2f}" for v in values)])
    common = results.common()
    means = [geometric_mean([ratio(results, k, pair) for k in common]) for pair in pairs]
    rows.append([f"geometric mean of {len(common)}", *(f"{m:.3f}" if common else "-" for m in means)])
    print_table(["kernel", *(f"{a}/{b}" for a, b in pairs)], rows)
    if len(common) < len(results.kernels):
        print("The mean is over the kernels that all engines ran right.\n")


def print_failures(results, notes):
    for line in notes:
        print(f"note: {line}")
    for (kernel, engine), reason in sorted(results.failures.items()):
        print(f"FAILED {kernel} on {engine}: {reason}")
    for kernel in results.kernels:
        for engine in results.engines:
            if results.ran(kernel.name, engine.name) and results.net(kernel.name, engine.name) < TOO_SHORT:
                print(f"note: {kernel.name} on {engine.name} takes less than {TOO_SHORT * 1e3:.0f} ms: "
                      "too short to compare")


def print_throughput(throughput):
    print("Throughput on the generated module, one thread: validation alone (the goal: at least "
          f"{VALIDATION_GOAL} MB/s),\nthe interpreter's preparation and the compiler, each with validation")
    for key, value in throughput.items():
        print(f"  {key}: {value}")
    print()


def as_json(results, missing, notes, throughput):
    """Everything, for other programs."""
    pairs = ratio_pairs([e.name for e in results.engines])
    common = results.common()
    return {
        "engines": {e.name: e.version for e in results.engines},
        "missing": missing,
        "notes": notes,
        "startup": {name: {"seconds": seconds, "resident_kib": results.resident[name]}
                    for name, seconds in results.startup.items()},
        "runs": {k.name: {e.name: results.times[k.name, e.name] for e in results.engines
                          if results.ran(k.name, e.name)} for k in results.kernels},
        "net": {k.name: {e.name: results.net(k.name, e.name) for e in results.engines
                         if results.ran(k.name, e.name)} for k in results.kernels},
        "geometric_means": {f"{a}/{b}": geometric_mean([ratio(results, k, (a, b)) for k in common])
                            for a, b in pairs} if common else {},
        "kernels_in_means": common,
        "failures": [{"kernel": k, "engine": e, "reason": r} for (k, e), r in sorted(results.failures.items())],
        "throughput": throughput,
    }
