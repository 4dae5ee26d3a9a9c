"""Builds small WebAssembly modules from hand-assembled bytes, for tests of the command.

    m = Module()
    log = m.import_function("env", "log", [I32], [])
    main = m.function([], [I32], i32_const(42))
    m.export_function("main", main)
    open("x.wasm", "wb").write(m.encode())

Imports must be made before functions. A function's body is given without its final `end`.
"""

import struct

I32, I64, F32, F64, FUNCREF, EXTERNREF = 0x7F, 0x7E, 0x7D, 0x7C, 0x70, 0x6F
EMPTY = 0x40

UNREACHABLE = b"\x00"
NOP = b"\x01"
ELSE = b"\x05"
END = b"\x0b"
RETURN = b"\x0f"
DROP = b"\x1a"
I32_EQZ = b"\x45"
I32_LT_S = b"\x48"
I32_ADD = b"\x6a"
I32_SUB = b"\x6b"
I32_MUL = b"\x6c"
I32_DIV_S = b"\x6d"
I64_ADD = b"\x7c"
I32_TRUNC_F32_S = b"\xa8"


def u(value):
    """Unsigned LEB128."""
    out = bytearray()
    while True:
        byte = value & 0x7F
        value >>= 7
        if value:
            out.append(byte | 0x80)
        else:
            out.append(byte)
            return bytes(out)


def s(value):
    """Signed LEB128."""
    out = bytearray()
    while True:
        byte = value & 0x7F
        value >>= 7
        if (value == 0 and not byte & 0x40) or (value == -1 and byte & 0x40):
            out.append(byte)
            return bytes(out)
        out.append(byte | 0x80)


def vector(items):
    return u(len(items)) + b"".join(items)


def name(text):
    data = text.encode() if isinstance(text, str) else text
    return u(len(data)) + data


def i32_const(value):
    return b"\x41" + s(value)


def i64_const(value):
    return b"\x42" + s(value)


def f32_const(value):
    return b"\x43" + struct.pack("<f", value)


def f64_const(value):
    return b"\x44" + struct.pack("<d", value)


def local_get(index):
    return b"\x20" + u(index)


def local_set(index):
    return b"\x21" + u(index)


def global_get(index):
    return b"\x23" + u(index)


def global_set(index):
    return b"\x24" + u(index)


def call(index):
    return b"\x10" + u(index)


def call_indirect(type_index, table=0):
    return b"\x11" + u(type_index) + u(table)


def br(label):
    return b"\x0c" + u(label)


def br_if(label):
    return b"\x0d" + u(label)


def loop(body, result=EMPTY):
    return b"\x03" + bytes([result]) + body + END


def if_else(then, otherwise, result=EMPTY):
    return b"\x04" + bytes([result]) + then + ELSE + otherwise + END


def i32_load(offset=0):
    return b"\x28\x02" + u(offset)


def i32_store(offset=0):
    return b"\x36\x02" + u(offset)


MEMORY_SIZE = b"\x3f\x00"
MEMORY_GROW = b"\x40\x00"
MEMORY_FILL = b"\xfc\x0b\x00"


def limits(minimum, maximum=None):
    return b"\x00" + u(minimum) if maximum is None else b"\x01" + u(minimum) + u(maximum)


class Module:
    def __init__(self):
        self._types = []
        self._imports = []
        self._imported_functions = 0
        self._functions = []
        self._bodies = []
        self._tables = []
        self._memories = []
        self._globals = []
        self._exports = []
        self._elements = []
        self._data = []
        self._names = {}
        self._start = None

    def type(self, params, results):
        encoded = b"\x60" + u(len(params)) + bytes(params) + u(len(results)) + bytes(results)
        if encoded not in self._types:
            self._types.append(encoded)
        return self._types.index(encoded)

    def import_function(self, module, field, params, results):
        self._imports.append(name(module) + name(field) + b"\x00" + u(self.type(params, results)))
        self._imported_functions += 1
        return self._imported_functions - 1

    def wasi(self, field, params, results=(I32,)):
        return self.import_function("wasi_snapshot_preview1", field, params, list(results))

    def import_table(self, module, field, minimum, maximum=None):
        self._imports.append(name(module) + name(field) + b"\x01\x70" + limits(minimum, maximum))

    def import_memory(self, module, field, minimum, maximum=None):
        self._imports.append(name(module) + name(field) + b"\x02" + limits(minimum, maximum))

    def import_global(self, module, field, value_type, mutable):
        self._imports.append(name(module) + name(field) + b"\x03" + bytes([value_type, mutable]))

    def function(self, params, results, body, local_types=(), label=None):
        index = self._imported_functions + len(self._functions)
        self._functions.append(self.type(params, results))
        declarations = vector([b"\x01" + bytes([t]) for t in local_types])
        code = declarations + body + END
        self._bodies.append(u(len(code)) + code)
        if label is not None:
            self._names[index] = label
        return index

    def table(self, minimum, maximum=None):
        self._tables.append(b"\x70" + limits(minimum, maximum))

    def memory(self, minimum, maximum=None):
        self._memories.append(limits(minimum, maximum))

    def global_(self, value_type, mutable, init):
        self._globals.append(bytes([value_type, mutable]) + init + END)
        return len(self._globals) - 1

    def export_function(self, field, index):
        self._exports.append(name(field) + b"\x00" + u(index))

    def export(self, field, kind, index=0):
        """kind: 1 table, 2 memory, 3 global."""
        self._exports.append(name(field) + bytes([kind]) + u(index))

    def elements(self, offset, functions):
        self._elements.append(b"\x00" + i32_const(offset) + END + vector([u(f) for f in functions]))

    def data(self, offset, content):
        self._data.append(b"\x00" + i32_const(offset) + END + name(content))

    def start(self, index):
        self._start = index

    def encode(self):
        out = bytearray(b"\0asm\x01\0\0\0")
        for section_id, items in ((1, self._types), (2, self._imports), (3, [u(t) for t in self._functions]),
                                  (4, self._tables), (5, self._memories), (6, self._globals), (7, self._exports)):
            if items:
                content = vector(items)
                out += bytes([section_id]) + u(len(content)) + content
        if self._start is not None:
            content = u(self._start)
            out += b"\x08" + u(len(content)) + content
        for section_id, items in ((9, self._elements), (10, self._bodies), (11, self._data)):
            if items:
                content = vector(items)
                out += bytes([section_id]) + u(len(content)) + content
        if self._names:
            functions = vector([u(index) + name(label) for index, label in sorted(self._names.items())])
            content = name("name") + b"\x01" + u(len(functions)) + functions
            out += b"\x00" + u(len(content)) + content
        return bytes(out)


def start_module(body, imports=(), pages=1, data=()):
    """A WASI command whose _start is `body`; `imports` are (field, params, results) of WASI functions."""
    module = Module()
    for field, params, results in imports:
        module.wasi(field, params, results)
    main = module.function([], [], body, label="main")
    if pages is not None:
        module.memory(pages)
        module.export("memory", 2)
    for offset, content in data:
        module.data(offset, content)
    module.export_function("_start", main)
    return module
