"""Reads what the generator needs of a WebAssembly module, and writes sections.

A function body becomes a list of parts: bytes that are copied as they are, and (kind, value) pairs for the
immediates that a copy changes. Only valid modules without vector instructions are expected.
"""
from collections import namedtuple

Import = namedtuple("Import", "module field type")


class WasmError(Exception):
    """The module uses something that the generator does not copy."""


def leb(value):
    """Unsigned LEB128."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed_leb(value):
    """Signed LEB128."""
    out = bytearray()
    while not -0x40 <= value < 0x40:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)
    return bytes(out)


def vector(items):
    """A count and the items."""
    return leb(len(items)) + b"".join(items)


def section(number, content):
    """A section with its header."""
    return bytes([number]) + leb(len(content)) + content


def name(text):
    """A length and the text."""
    data = text.encode()
    return leb(len(data)) + data


class Reader:
    """A position in bytes."""

    def __init__(self, data, position=0):
        self.data, self.position = data, position

    def byte(self):
        self.position += 1
        return self.data[self.position - 1]

    def take(self, count):
        self.position += count
        return self.data[self.position - count:self.position]

    def leb(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def signed_leb(self):
        start = self.position
        value = self.leb()
        bits = 7 * (self.position - start)
        return value - (1 << bits) if value >> (bits - 1) & 1 else value

    def text(self):
        return self.take(self.leb()).decode()

    def limits(self):
        flags = self.byte()
        least = self.leb()
        if flags & 1:
            self.leb()
        return least


# Immediates by opcode; an opcode that stands in none of these has none.
ONE_INDEX = {0x0C, 0x0D, 0x20, 0x21, 0x22, 0x25, 0x26}
BLOCKS = {0x02, 0x03, 0x04}
MEMORY_ACCESS = range(0x28, 0x3F)
LAST_PLAIN = 0xC4
PREFIXED = {**dict.fromkeys(range(8), 0), 10: 2, 11: 1, 12: 2, 14: 2, 15: 1, 16: 1, 17: 1}


def parse_body(reader, end):
    """Splits the body into copied bytes and (kind, value) pairs."""
    parts, copied_from = [], reader.position

    def replace(start, kind, value):
        nonlocal copied_from
        parts.append(reader.data[copied_from:start])
        parts.append((kind, value))
        copied_from = reader.position

    for _ in range(reader.leb()):  # locals
        reader.leb()
        reader.byte()
    while reader.position < end:
        opcode = reader.byte()
        start = reader.position
        if opcode == 0x41:
            replace(start, "constant", reader.signed_leb())
        elif opcode == 0x10:
            replace(start, "function", reader.leb())
        elif opcode == 0x11:
            replace(start, "type", reader.leb())
            reader.leb()
        elif opcode in (0x23, 0x24):
            replace(start, "global", reader.leb())
        elif opcode in BLOCKS:
            block_type = reader.signed_leb()
            if block_type >= 0:
                replace(start, "block type", block_type)
        else:
            skip_immediates(reader, opcode)
    parts.append(reader.data[copied_from:end])
    return parts


def skip_immediates(reader, opcode):
    """Passes over immediates that are copied."""
    if opcode in ONE_INDEX:
        reader.leb()
    elif opcode in MEMORY_ACCESS:
        reader.leb()
        reader.leb()
    elif opcode in (0x3F, 0x40, 0xD0):
        reader.byte()
    elif opcode == 0x42:
        reader.signed_leb()
    elif opcode == 0x43:
        reader.take(4)
    elif opcode == 0x44:
        reader.take(8)
    elif opcode == 0x0E:
        for _ in range(reader.leb() + 1):
            reader.leb()
    elif opcode == 0x1C:
        reader.take(reader.leb())
    elif opcode == 0xFC:
        prefixed = reader.leb()
        if prefixed not in PREFIXED:
            raise WasmError(f"opcode fc {prefixed} is not copied")
        for _ in range(PREFIXED[prefixed]):
            reader.leb()
    elif opcode > LAST_PLAIN and opcode != 0xD1:
        raise WasmError(f"opcode {opcode:02x} is not copied")


class Module:
    """Types, function imports, globals and bodies of a module."""

    def __init__(self, data):
        self.types, self.imports, self.functions, self.globals, self.bodies = [], [], [], [], []
        self.memory_pages = self.table_slots = 0
        reader = Reader(data, 8)
        parsers = {1: self._types, 2: self._imports, 3: self._functions, 4: self._tables, 5: self._memories,
                   6: self._globals, 10: self._code}
        while reader.position < len(data):
            number, size = reader.byte(), reader.leb()
            if number in parsers:
                parsers[number](Reader(data, reader.position))
            reader.position += size

    def _types(self, reader):
        for _ in range(reader.leb()):
            start = reader.position
            if reader.byte() != 0x60:
                raise WasmError("only function types are copied")
            reader.take(reader.leb())
            reader.take(reader.leb())
            self.types.append(reader.data[start:reader.position])

    def _imports(self, reader):
        for _ in range(reader.leb()):
            module, field, kind = reader.text(), reader.text(), reader.byte()
            if kind != 0:
                raise WasmError(f"import {module}.{field} is not a function")
            self.imports.append(Import(module, field, reader.leb()))

    def _functions(self, reader):
        self.functions = [reader.leb() for _ in range(reader.leb())]

    def _tables(self, reader):
        if reader.leb() != 1 or reader.byte() != 0x70:
            raise WasmError("only a single table of functions is copied")
        self.table_slots = reader.limits()

    def _memories(self, reader):
        reader.leb()
        self.memory_pages = reader.limits()

    def _globals(self, reader):
        for _ in range(reader.leb()):
            start = reader.position
            reader.take(2)
            opcode = reader.byte()
            if opcode not in (0x41, 0x42, 0x43, 0x44):
                raise WasmError("a global that is not initialised by a constant is not copied")
            skip_constant(reader, opcode)
            if reader.byte() != 0x0B:
                raise WasmError("a global that is not initialised by a constant is not copied")
            self.globals.append(reader.data[start:reader.position])

    def _code(self, reader):
        for _ in range(reader.leb()):
            end = reader.leb()
            end += reader.position
            self.bodies.append(parse_body(reader, end))


def skip_constant(reader, opcode):
    """The immediate of t.const."""
    if opcode == 0x41:
        reader.signed_leb()
    else:
        skip_immediates(reader, opcode)


class Encoder:
    """Writes bodies of one module with the indices of the merged one."""

    def __init__(self, module, function_base, constant_shift, small):
        self.shift, self.small = constant_shift, small
        imports = len(module.imports)
        self.table = {
            "constant": self._constant,
            "function": lambda i: leb(module.import_map[i] if i < imports else function_base + i - imports),
            "type": lambda i: leb(module.type_map[i]),
            "block type": lambda i: signed_leb(module.type_map[i]),
            "global": lambda i: leb(module.global_base + i),
        }

    def _constant(self, value):
        if value >= self.small:
            value = (value + self.shift) & 0x7FFFFFFF
        return signed_leb(value)

    def encode(self, parts):
        table = self.table
        return b"".join([part if isinstance(part, bytes) else table[part[0]](part[1]) for part in parts])
