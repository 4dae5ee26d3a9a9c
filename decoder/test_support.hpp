#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "decoder/decoder.hpp"
#include "decoder/opcodes.hpp"

// What the decoder's tests share: modules written down byte by byte, and matchers for what becomes of them.
namespace wasmjet::test {

using Bytes = std::vector<std::uint8_t>;

// Type bytes (spec 5.3).
inline constexpr int kTypeI32 = 0x7F;
inline constexpr int kTypeI64 = 0x7E;
inline constexpr int kTypeF32 = 0x7D;
inline constexpr int kTypeF64 = 0x7C;
inline constexpr int kTypeFuncRef = 0x70;
inline constexpr int kTypeExternRef = 0x6F;
inline constexpr int kNoResult = 0x40;

inline void append(Bytes& out, const Bytes& bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
inline void append(Bytes& out, int byte) { out.push_back(static_cast<std::uint8_t>(byte)); }
inline void append(Bytes& out, Opcode op) {
  std::uint32_t code = info(op).code;
  if (info(op).prefix != 0) {
    out.push_back(info(op).prefix);
    for (; code >= 0x80; code >>= 7) append(out, static_cast<int>(code & 0x7F) | 0x80);
  }
  append(out, static_cast<int>(code));
}

/// Bytes from opcodes, single bytes and byte strings in a row.
template <class... Parts>
Bytes bytes(const Parts&... parts) {
  Bytes out;
  (append(out, parts), ...);
  return out;
}

inline Bytes leb(std::uint64_t value) {
  Bytes out;
  for (; value >= 0x80; value >>= 7) append(out, static_cast<int>(value & 0x7F) | 0x80);
  append(out, static_cast<int>(value));
  return out;
}

inline Bytes text(std::string_view characters) {
  return bytes(leb(characters.size()), Bytes(characters.begin(), characters.end()));
}

/// A vector: the count, then the elements.
inline Bytes list(const std::vector<Bytes>& elements) {
  Bytes out = leb(elements.size());
  for (const Bytes& element : elements) append(out, element);
  return out;
}

inline Bytes section(int id, const Bytes& contents) { return bytes(id, leb(contents.size()), contents); }

inline Bytes func_type(const Bytes& params, const Bytes& results) {
  return bytes(0x60, leb(params.size()), params, leb(results.size()), results);
}

/// A code entry: size, local declarations, instructions (the final `end` included).
inline Bytes code_entry(const std::vector<Bytes>& locals, const Bytes& instructions) {
  const Bytes contents = bytes(list(locals), instructions);
  return bytes(leb(contents.size()), contents);
}

/// A module's sections as lists of entries; empty ones are left out.
struct TestModule {
  std::vector<Bytes> types, imports, functions, tables, memories, globals, exports, elements, code, data;
  std::optional<Bytes> start, data_count;

  Bytes build() const {
    Bytes out = {0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00};
    const auto add = [&out](int id, const std::vector<Bytes>& entries) {
      if (!entries.empty()) append(out, section(id, list(entries)));
    };
    add(1, types);
    add(2, imports);
    add(3, functions);
    add(4, tables);
    add(5, memories);
    add(6, globals);
    add(7, exports);
    if (start) append(out, section(8, *start));
    add(9, elements);
    if (data_count) append(out, section(12, *data_count));
    add(10, code);
    add(11, data);
    return out;
  }
};

/// A module with a bit of everything and one function, which is under test.
///   types:    0 the function's, 1 () -> (), 2 (i32) -> (i64), 3 () -> (i32, i64), 4 (i32) -> (i32)
///   function: 0 imported of type 1, 1 under test, 2 of type 2, 3 of type 1, not declared for ref.func
///   tables:   0 funcref, 1 externref, 2 funcref          memory: one
///   globals:  0 imported, immutable i32; 1 mutable i64; 2 immutable f32
///   elements: 0 active, functions 0 to 2; 1 passive externref      data: 0 passive
inline TestModule environment(const Bytes& type, const std::vector<Bytes>& locals,
                              const Bytes& instructions) {
  using enum Opcode;
  TestModule m;
  m.types = {type, func_type({}, {}), func_type({kTypeI32}, {kTypeI64}), func_type({}, {kTypeI32, kTypeI64}),
             func_type({kTypeI32}, {kTypeI32})};
  m.imports = {bytes(text("m"), text("f"), 0x00, 1), bytes(text("m"), text("g"), 0x03, kTypeI32, 0x00)};
  m.functions = {{0}, {2}, {1}};
  m.tables = {bytes(kTypeFuncRef, 0x00, 5), bytes(kTypeExternRef, 0x00, 5), bytes(kTypeFuncRef, 0x00, 5)};
  m.memories = {bytes(0x00, 1)};
  m.globals = {bytes(kTypeI64, 0x01, i64_const, 0, Opcode::end),
               bytes(kTypeF32, 0x00, f32_const, 0, 0, 0, 0, Opcode::end)};
  m.elements = {bytes(0x00, i32_const, 0, Opcode::end, list({{0}, {1}, {2}})),
                bytes(0x05, kTypeExternRef, list({bytes(ref_null, kTypeExternRef, Opcode::end)}))};
  m.data_count = Bytes{1};
  m.code = {code_entry(locals, instructions), code_entry({}, bytes(i64_const, 0, Opcode::end)),
            code_entry({}, bytes(Opcode::end))};
  m.data = {bytes(0x01, text("data"))};
  return m;
}

/// What became of decoding and validating: nothing special, or an error.
using Outcome = std::optional<ModuleError>;

inline Outcome validate(const Bytes& module_bytes, const Features& features = {}) {
  try {
    const Module module = decode_module(module_bytes, nullptr, features);
    validate_functions(module);
    return std::nullopt;
  } catch (const ModuleError& error) {
    return error;
  }
}
inline Outcome validate(const TestModule& module, const Features& features = {}) {
  return validate(module.build(), features);
}

/// Validates `instructions`, to which the final `end` is added, as a function () -> () of environment().
inline Outcome validate_body(const Bytes& instructions, const Features& features = {}) {
  return validate(environment(func_type({}, {}), {}, bytes(instructions, Opcode::end)), features);
}

inline std::string describe(const Outcome& outcome) { return outcome ? outcome->message() : "valid"; }

MATCHER(IsValid, "") {
  *result_listener << describe(arg);
  return !arg.has_value();
}
MATCHER_P2(Fails, kind, reason, "") {
  *result_listener << describe(arg);
  return arg.has_value() && arg->kind() == kind && std::string(arg->what()).find(reason) == 0;
}
MATCHER_P(FailsAt, offset, "") {
  *result_listener << describe(arg);
  return arg.has_value() && arg->offset() == static_cast<std::size_t>(offset);
}
inline auto is_malformed(const std::string& reason) { return Fails(ModuleErrorKind::malformed, reason); }
inline auto is_invalid(const std::string& reason) { return Fails(ModuleErrorKind::invalid, reason); }
inline auto is_unsupported(const std::string& reason) { return Fails(ModuleErrorKind::unsupported, reason); }

}  // namespace wasmjet::test
