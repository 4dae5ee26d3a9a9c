#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace wasmjet::jit {

/// A machine instruction as text. Places count from the beginning of the code that was given.
struct DecodedInstruction {
  std::uint32_t bytes = 0;
  std::string text;                    ///< without its target
  std::optional<std::int64_t> target;  ///< of a direct jump or call
  bool is_call = false;
  std::optional<std::int64_t> data;  ///< the place of data that it refers to
};

/// An architecture's disassembler.
class InstructionDecoder {
 public:
  virtual ~InstructionDecoder() = default;
  /// The instruction at `offset`. What is none is shown as data, as few bytes as possible.
  virtual DecodedInstruction decode(std::span<const std::uint8_t> code, std::uint32_t offset) = 0;
};

}  // namespace wasmjet::jit
