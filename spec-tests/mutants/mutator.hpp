#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wasmjet::mutants {

/// SplitMix64: the same sequence on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// 0 <= result < bound; `bound` is not 0.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  std::uint64_t state_;
};

/// A valid module, and where the instructions of its bodies lie.
class Original {
 public:
  /// Throws ModuleError if `bytes` is not valid.
  Original(std::string name, std::vector<std::uint8_t> bytes);

  const std::string& name() const { return name_; }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  const std::vector<std::uint32_t>& instructions() const { return instructions_; }

 private:
  std::string name_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint32_t> instructions_;  ///< offsets
};

/// A damaged copy: truncated, with bits flipped, with random bytes, entirely random, or (half of them)
/// with instructions changed in place such that most are still valid: opcodes exchanged for others of the
/// same type and length, constants, offsets and indices replaced.
std::vector<std::uint8_t> mutate(const Original& original, Random& random);

}  // namespace wasmjet::mutants
