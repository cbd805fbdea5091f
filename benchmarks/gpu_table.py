"""The table of gpu_compare, out of what it measured."""
import statistics

import operations

PEERS = ["eager", "captured", "compiled", "compiled-captured"]

# (model, batch): aims for the ratios to eager and to PyTorch's graphs
ROWS = {
    ("mlp", 64): (5.0, 1.3),
    ("mnist", 64): (4.0, 1.2),
    ("dcgan", 128): (1.5, 1.1),
    ("wgangp", 64): (3.0, 1.2),
    ("cyclegan256", 1): (1.5, 1.1),
}
BUSY_ROW, BUSY_AIM = ("dcgan", 128), 0.90


def steps_of(figures):
    return sorted(ms for turn in figures["turns"] for ms in turn)


def ratio(peer, ours):
    return statistics.median(statistics.median(p) / statistics.median(o) for p, o in zip(peer["turns"], ours["turns"]))


def table(result):
    """Lines of markdown, and how many figures miss their aims."""
    missed = 0

    def figure(value, aim, text, below=False):
        nonlocal missed
        misses = value is not None and aim is not None and (value > aim if below else value < aim)
        missed += misses
        return text + ("!" if misses else "")

    rates = result["rates"]
    lines = [result["device"] + "; " + ", ".join(
        f"{name} {rate * 1e-9:.0f} GB/s copied" if name == "bytes" else f"{name} {rate * 1e-12:.0f} TFLOP/s"
        for name, rate in rates.items()), ""]
    heads = ["step", "batch", "math", "ours ms (10th-90th percentile)", "without graphs", "PyTorch eager", "its graphs",
             "eager / ours (aim)", "graphs / ours (aim)", "queued ms: ours / eager / graphs",
             "MB: ours / eager / graphs", "whole device MB", "floor: operations, bytes"]
    lines += ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    notes = []
    for row in result["rows"]:
        key, programs = (row["model"], row["batch"]), row["programs"]
        name = f"{row['model']} {row['batch']} {row['math']}"
        notes += [f"{name}, {who}: {why}" for who, why in row["missing"].items()]
        ours = programs.get("ours")
        if not ours:
            continue
        aims = ROWS.get(key, (None, None))
        graphs = min((p for p in PEERS[1:] if p in programs), default=None,
                     key=lambda p: statistics.median(steps_of(programs[p])))
        shown = ["ours", "eager", graphs]
        each = steps_of(ours)
        ms = statistics.median(each)
        cells = [row["model"], str(row["batch"]), row["math"],
                 f"{ms:.3f} ({each[len(each) // 10]:.3f}-{each[len(each) * 9 // 10]:.3f})"]
        for peer in ("ours plain", "eager", graphs):
            cells.append(f"{statistics.median(steps_of(programs[peer])):.3f}" if peer in programs else "-")
        if graphs:
            cells[-1] += f" {graphs}"
        for peer, aim in zip(("eager", graphs), aims):
            if peer in programs:
                found = ratio(programs[peer], ours)
                cells.append(figure(found, aim, f"{found:.2f}" + (f" ({aim:g})" if aim else "")))
            else:
                cells.append("-")
        cells.append(" / ".join(f"{statistics.median(programs[p]['queued']):.3f}" if p in programs else "-" for p in shown))
        for what in ("memory", "device_memory"):
            known = {p: programs[p][what] for p in shown if p in programs and programs[p][what] is not None}
            least = min((known[p] for p in shown[1:] if p in known), default=None)
            cells.append(figure(known.get("ours"), least, " / ".join(f"{known[p]:.0f}" if p in known else "-" for p in shown),
                                below=True))
        computing = operations.of_step(*key) / rates[row["math"]] * 1000 / ms
        moving = operations.bytes_of_step(*key) / rates["bytes"] * 1000 / ms
        cells.append(f"{100 * computing:.0f} %, {100 * moving:.0f} %")
        lines.append("| " + " | ".join(cells) + " |")
        notes.append(f"{name}: {ours['recorded']} repeated as graphs; PyTorch: {row.get('layout', 'no layout')}")
        if row.get("busy") is not None:
            notes.append(figure(row["busy"], BUSY_AIM, f"{name}: the GPU is busy {100 * row['busy']:.0f} % of the time"))
    return [*lines, "", *(f"* {note}" for note in notes), "", f"{missed} figures miss their aims ('!')"], missed


def self_test():
    def program(ms, memory):
        return {"turns": [[ms, ms * 1.1, ms * 0.9]] * 3, "queued": [ms * 0.8], "memory": memory, "device_memory": None,
                "parameters": 1, "recorded": "2 of 2 turns"}

    rows = [{"model": "mlp", "batch": 64, "math": "tf32", "layout": "channels first", "missing": {"compiled": "no time"},
             "programs": {"ours": program(0.2, 20), "ours plain": program(0.9, 18), "eager": program(1.1, 25),
                          "captured": program(0.25, 30), "compiled-captured": program(0.22, 31)}},
            {"model": "dcgan", "batch": 128, "math": "bf16", "busy": 0.95, "missing": {},
             "programs": {"ours": program(4, 900), "eager": program(5, 800)}},
            {"model": "wgangp", "batch": 64, "math": "tf32", "programs": {}, "missing": {"ours": "ended"}}]
    lines, missed = table({"device": "made up", "rates": {"tf32": 4e14, "bf16": 8e14, "bytes": 3e12}, "rows": rows})
    text = "\n".join(lines)
    for expected in ("0.200 (0.180-0.220)", "0.220 compiled-captured", "5.50 (5)", "1.10 (1.3)!", "20 / 25 / 31", "- / - / -",
                     "1.25 (1.5)!", "900 / 800 / -!", "mlp 64 tf32, compiled: no time", "busy 95 %", "wgangp 64 tf32, ours: ended",
                     "1 %, 10 %", "0.160 / 0.880 / 0.176"):
        assert expected in text, f"'{expected}' is not in\n{text}"
    assert missed == 3, f"{missed} figures\n{text}"
    columns = {line.count("|") for line in lines if line.startswith("|")}
    assert len(columns) == 1, f"rows of different lengths\n{text}"
    print("the table is in order")
