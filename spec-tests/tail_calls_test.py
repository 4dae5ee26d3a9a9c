#!/usr/bin/env python3
"""The interpreter's handlers must go on to the next one by jumps: a call would fill the native stack, an instruction
at a time (runtime/interpreter/machine.hpp). Arguments: objdump for the architecture, the object file of
run.cpp or counting_run.cpp, how many handlers it has at least."""

import re
import shutil
import subprocess
import sys

from command import not_run

# Of x86-64 and of AArch64.
CALL = re.compile(r"\t(?:call|blr?)\s+(.*)")
INDIRECT = re.compile(r"\*|x\d+$")
RELOCATION = re.compile("R_X86_64|R_AARCH64")
# By name, or by the section of its own.
HANDLER = re.compile(r"(?:\(anonymous namespace\)::|_GLOBAL__N_1\d+)\w*(handle_|call_|branch)")


def main():
    objdump, object_file, fewest = sys.argv[1:]
    if shutil.which(objdump) is None:
        not_run(f"no {objdump}")
    listing = subprocess.run([objdump, "-dr", "--demangle", "--no-show-raw-insn", object_file], capture_output=True,
                             text=True, check=True).stdout
    handlers = 0
    wrong = []
    function = ""
    is_handler = False
    lines = listing.splitlines()
    for line, following in zip(lines, [*lines[1:], ""]):
        header = re.match(r"[0-9a-f]+ <(.*)>:$", line)
        if header:
            function = header.group(1)
            is_handler = "handle_" in function
            handlers += is_handler
            continue
        # Whom a call goes to stands in the relocation behind it, if there is one: then it names a place in `function`.
        call = CALL.search(line)
        if not is_handler or not call:
            continue
        callee = following if RELOCATION.search(following) else call.group(1)
        if INDIRECT.match(call.group(1)) or HANDLER.search(callee):
            wrong.append(f"{function}: {line.strip()}: {callee.strip()}")
    for problem in wrong:
        print(f"FAILED: a call instead of a jump in {problem}")
    print(f"{handlers} handlers, {len(wrong)} calls from one to another")
    return 1 if wrong or handlers < int(fewest) else 0


if __name__ == "__main__":
    sys.exit(main())
