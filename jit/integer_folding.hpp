#pragma once

#include <bit>
#include <cstdint>

#include "decoder/opcodes.hpp"

namespace wasmjet::jit {

/// The value of a non-trapping integer operation on constants (spec 4.3.2). i32 operands and results
/// are zero-extended.
constexpr std::uint64_t fold_integer_binary(Opcode op, std::uint64_t a, std::uint64_t b) {
  const auto a32 = static_cast<std::uint32_t>(a), b32 = static_cast<std::uint32_t>(b);
  const auto narrow = [](std::uint32_t value) { return std::uint64_t{value}; };
  switch (op) {
    case Opcode::i32_add:
      return narrow(a32 + b32);
    case Opcode::i32_sub:
      return narrow(a32 - b32);
    case Opcode::i32_mul:
      return narrow(a32 * b32);
    case Opcode::i32_and:
      return narrow(a32 & b32);
    case Opcode::i32_or:
      return narrow(a32 | b32);
    case Opcode::i32_xor:
      return narrow(a32 ^ b32);
    case Opcode::i32_shl:
      return narrow(a32 << (b32 % 32));
    case Opcode::i32_shr_u:
      return narrow(a32 >> (b32 % 32));
    case Opcode::i32_shr_s:
      return narrow(static_cast<std::uint32_t>(static_cast<std::int32_t>(a32) >> (b32 % 32)));
    case Opcode::i32_rotl:
      return narrow(std::rotl(a32, static_cast<int>(b32 % 32)));
    case Opcode::i32_rotr:
      return narrow(std::rotr(a32, static_cast<int>(b32 % 32)));
    case Opcode::i64_add:
      return a + b;
    case Opcode::i64_sub:
      return a - b;
    case Opcode::i64_mul:
      return a * b;
    case Opcode::i64_and:
      return a & b;
    case Opcode::i64_or:
      return a | b;
    case Opcode::i64_xor:
      return a ^ b;
    case Opcode::i64_shl:
      return a << (b % 64);
    case Opcode::i64_shr_u:
      return a >> (b % 64);
    case Opcode::i64_shr_s:
      return static_cast<std::uint64_t>(static_cast<std::int64_t>(a) >> (b % 64));
    case Opcode::i64_rotl:
      return std::rotl(a, static_cast<int>(b % 64));
    default:
      return std::rotr(a, static_cast<int>(b % 64));
  }
}

}  // namespace wasmjet::jit
