"""Counts the instructions that a program executes, by place, under QEMU's user mode: exact, and the same on every
machine. QEMU's log shows each block that is translated, with its instructions, and has a line a block executed."""

import collections
import fcntl
import os
import re
import stat
import subprocess
import tempfile
import threading

EXECUTABLE = re.compile(r"mprotect\(0x([0-9a-f]+),(\d+),PROT_EXEC\|PROT_READ\) = 0")


class CountingFailed(Exception):
    """What was to be counted did not run."""


class Counts:
    """`executed`: how often each instruction was, by place from the region's begin. `text`: what they look like."""

    def __init__(self, executed, text):
        self.executed, self.text = executed, text

    def total(self):
        return self.executed.total()

    def minus(self, smaller):
        """What this run executed more often than a smaller one: start-up and tear-down cancel out."""
        more = {place: count - smaller.executed[place] for place, count in self.executed.items()
                if count > smaller.executed[place]}
        return Counts(collections.Counter(more), self.text)

    def hot(self, share=0.9):
        """The fewest places that make `share` of all that was executed (the hot loops), in order of place."""
        wanted = share * self.total()
        places = []
        for place, count in self.executed.most_common():
            if wanted <= 0:
                break
            wanted -= count
            places.append(place)
        return sorted(places)


def code_region(emulator, command):
    """Where the code that `command` compiles lies: (first place, bytes). User mode has no random addresses."""
    traced = subprocess.run([*emulator, "-strace", *command], capture_output=True, text=True, errors="replace",
                            timeout=600, check=False)
    regions = [(int(place, 16), int(size)) for place, size in EXECUTABLE.findall(traced.stderr)]
    if not regions:
        raise CountingFailed(f"no executable memory seen in {command}: {traced.stderr[-400:]}")
    return max(regions, key=lambda region: region[1])


def program_region(program):
    """The code of a static executable, as code_region()."""
    headers = subprocess.run(["readelf", "-lW", program], capture_output=True, text=True, check=True).stdout
    for line in headers.splitlines():
        fields = line.split()
        if fields[:1] == ["LOAD"] and "E" in fields[6:8]:
            return int(fields[2], 16), int(fields[5], 16)
    raise CountingFailed(f"{program} has no executable segment")


def lines_of_chunks(log):
    """The log's lines, in lists of many, and whether some of them begin a block's instructions."""
    begun = b""
    while chunk := log.read(1 << 20):
        text = begun + chunk
        *lines, begun = text.split(b"\n")
        yield lines, b"IN:" in text
    yield [begun], False


def read_log(path):
    """(executions of each block, instructions of each block: lists of (place, text)); blocks by first place."""
    lines_of_blocks = collections.Counter()  # a block's line is the same each time
    blocks = {}
    block = None
    with open(path, "rb") as log:
        if stat.S_ISFIFO(os.fstat(log.fileno()).st_mode):  # so that writer and reader wait for each other less often
            fcntl.fcntl(log, fcntl.F_SETPIPE_SZ, 1 << 20)
        for lines, has_blocks in lines_of_chunks(log):
            if block is None and not has_blocks:
                lines_of_blocks.update(lines)
                continue
            for line in lines:
                if line.startswith(b"IN:"):
                    block = []
                elif line.startswith(b"0x") and block is not None:
                    place, text = line.split(b":", 1)
                    block.append((int(place, 16), text.decode().strip()))
                    if len(block) == 1:
                        blocks[block[0][0]] = block
                else:
                    block = None
                    lines_of_blocks[line] += 1
    executions = collections.Counter()
    for line, count in lines_of_blocks.items():
        if line.startswith(b"Trace"):
            executions[int(line.split(b"/", 2)[1], 16)] += count
    return executions, blocks


def count(emulator, command, region):
    """Runs `command` and counts what it executes within `region`."""
    begin, size = region
    log = []
    with tempfile.TemporaryDirectory() as folder:
        pipe = os.path.join(folder, "log")
        os.mkfifo(pipe)
        reader = threading.Thread(target=lambda: log.append(read_log(pipe)))
        reader.start()
        options = ["-d", "nochain,in_asm,exec", "-D", pipe, "-dfilter", f"{begin:#x}+{size:#x}"]
        run = subprocess.run([*emulator, *options, *command], capture_output=True, timeout=3600, check=False)
        try:  # an emulator that has failed early never opened it
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            pass
        reader.join()
    if run.returncode != 0:
        raise CountingFailed(f"{command}: exit code {run.returncode}: {run.stderr.decode(errors='replace')[-400:]}")
    executions, blocks = log[0]
    executed = collections.Counter()
    text = {}
    for first, times in executions.items():
        for place, instruction in blocks[first]:
            executed[place - begin] += times
            text[place - begin] = instruction
    return Counts(executed, text)
