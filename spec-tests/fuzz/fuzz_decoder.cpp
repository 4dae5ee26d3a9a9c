/// Fuzz target: decoder and validator. Any bytes are either a valid module, whose bodies CodeReader then can
/// walk, or are refused at an offset within them.

#include <algorithm>
#include <optional>
#include <vector>

#include "decoder/code_reader.hpp"
#include "decoder/decoder.hpp"
#include "decoder/names.hpp"
#include "spec-tests/fuzz/fuzz_target.hpp"
#include "spec-tests/fuzz/memory_meter.hpp"
#include "spec-tests/mutants/mutator.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size)
    __attribute__((weak));

namespace wasmjet::fuzz {
namespace {

void walk(const Module& module, const FunctionInfo& info) {
  CodeReader reader(module.bytes.data() + info.code_begin);
  const std::uint8_t* const end = module.bytes.data() + info.code_end;
  while (reader.position() < end) reader.skip_immediates(reader.opcode());
  if (reader.position() != end) fail("CodeReader leaves the body of function %u", info.function);
}

/// Whether the bytes are a valid module.
bool accepts(const std::vector<std::uint8_t>& bytes, const Features& features) {
  try {
    const Module module = decode_module(bytes, nullptr, features);
    FunctionValidator validator(module);
    for (std::uint32_t f = module.imported_functions; f < module.functions.size(); ++f) {
      walk(module, validator.validate(f));
    }
    const FunctionNames names(module);
    if (!module.functions.empty()) names.name(0);
    return true;
  } catch (const ModuleError& error) {
    if (error.offset() > bytes.size()) fail("offset %zu is not in the module", error.offset());
    if (error.what()[0] == '\0') fail("no reason");
    return false;
  }
}

}  // namespace
}  // namespace wasmjet::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wasmjet;
  const fuzz::MemoryMeter meter(size);
  const std::vector<std::uint8_t> bytes(data, data + size);
  const bool standard = fuzz::accepts(bytes, {});
  const bool extended = fuzz::accepts(bytes, {.threads = true, .custom_page_sizes = true});
  if (standard && !extended) fuzz::fail("a feature makes a valid module invalid");
  return 0;
}

/// Half of the time a change that knows instructions, if the input is valid.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  using namespace wasmjet;
  mutants::Random random(seed);
  if (random.below(2) == 0) {
    try {
      const mutants::Original original("", {data, data + size});
      const std::vector<std::uint8_t> mutant = mutants::mutate(original, random);
      const std::size_t length = std::min(mutant.size(), max_size);
      std::copy_n(mutant.begin(), length, data);
      if (length != 0) return length;
    } catch (const ModuleError&) {
      return LLVMFuzzerMutate(data, size, max_size);  // not valid: bytes like any others
    }
  }
  return LLVMFuzzerMutate(data, size, max_size);
}
