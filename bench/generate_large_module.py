#!/usr/bin/env python3
"""generate_large_module.py OUT MEGABYTES MODULE...: writes one large valid module of distinct functions.

The function bodies of the given modules are copied as often as needed. Each copy calls the functions of its
own generation, and its larger i32 constants differ from the other copies', so no two generations are alike,
while the mix of instructions stays that of compiled programs. The same arguments give the same bytes.
"""
import sys

from harness.wasm_module import Encoder, Module, WasmError, leb, name, section, vector

SMALL_CONSTANT = 64  # shifts, masks and counts stay as they are
CONSTANT_STEP = 16   # keeps the alignment that compiled code assumes of addresses


class Merger:
    """Collects modules in common index spaces; a generation is one copy of all their functions."""

    def __init__(self, modules):
        self.modules = modules
        self.types, self.type_index = [], {}
        self.imports, self.import_index = [], {}
        self.globals = []
        for module in modules:
            module.type_map = [self._add_type(t) for t in module.types]
            module.import_map = [self._add_import(module, i) for i in module.imports]
            module.global_base = len(self.globals)
            self.globals += module.globals
        self.generation_size = sum(len(m.bodies) for m in modules)

    def _add_type(self, encoded):
        if encoded not in self.type_index:
            self.type_index[encoded] = len(self.types)
            self.types.append(encoded)
        return self.type_index[encoded]

    def _add_import(self, module, entry):
        key = (entry.module, entry.field, module.type_map[entry.type])
        if key not in self.import_index:
            self.import_index[key] = len(self.imports)
            self.imports.append(key)
        return self.import_index[key]

    def generation(self, number):
        """The code entries (with their sizes) and type indices of copy `number`."""
        bodies, types = [], []
        base = len(self.imports) + number * self.generation_size
        for module in self.modules:
            encoder = Encoder(module, base, number * CONSTANT_STEP, SMALL_CONSTANT)
            for body in module.bodies:
                code = encoder.encode(body)
                bodies.append(leb(len(code)) + code)
            types += [leb(module.type_map[t]) for t in module.functions]
            base += len(module.bodies)
        return bodies, types

    def build(self, target_size):
        """The module's bytes: whole generations until the target is reached."""
        bodies, types, size = [], [], 0
        number = 0
        while size < target_size:
            new_bodies, new_types = self.generation(number)
            bodies += new_bodies
            types += new_types
            size += sum(map(len, new_bodies)) + sum(map(len, new_types))
            number += 1
        return b"".join([b"\0asm\1\0\0\0", *self._sections(bodies, types)])

    def _sections(self, bodies, types):
        pages = max(m.memory_pages for m in self.modules)
        slots = max(m.table_slots for m in self.modules)
        imports = [name(m) + name(f) + b"\0" + leb(t) for m, f, t in self.imports]
        yield section(1, vector(self.types))
        yield section(2, vector(imports))
        yield section(3, vector(types))
        yield section(4, vector([b"\x70\0" + leb(slots)]))
        yield section(5, vector([b"\0" + leb(pages)]))
        yield section(6, vector(self.globals))
        yield section(7, vector([name("memory") + b"\2\0"]))
        yield section(10, vector(bodies))


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__.splitlines()[0])
    out, megabytes, *files = sys.argv[1:]
    modules = []
    for file in files:
        with open(file, "rb") as stream:
            data = stream.read()
        try:
            modules.append(Module(data))
        except WasmError as error:
            sys.exit(f"{file}: {error}")
    with open(out, "wb") as stream:
        stream.write(Merger(modules).build(int(float(megabytes) * 1e6)))


if __name__ == "__main__":
    main()
