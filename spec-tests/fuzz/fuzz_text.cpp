/// Fuzz target: the text format. Any text is refused with a place in it, or assembled to bytes that the
/// decoder finds in order: they may be invalid or unsupported, but not malformed.

#include <algorithm>
#include <string>
#include <vector>

#include "decoder/decoder.hpp"
#include "decoder/text/assemble.hpp"
#include "spec-tests/fuzz/fuzz_target.hpp"
#include "spec-tests/fuzz/memory_meter.hpp"
#include "spec-tests/fuzz/text_mutator.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size)
    __attribute__((weak));

namespace wasmjet::fuzz {
namespace {

void check(const text::TextError& error, std::string_view source) {
  if (error.offset() > source.size()) fail("offset %zu is not in the text", error.offset());
  if (error.line() == 0 || error.column() == 0) fail("no line and column");
  if (error.text_message().find('\n') != std::string::npos) fail("a message of several lines");
}

void assemble_and_validate(std::string_view source) {
  text::SourceMap map;
  std::vector<std::uint8_t> bytes;
  try {
    bytes = text::assemble(source, &map);
  } catch (const text::TextError& error) {
    return check(error, source);
  }
  try {
    validate_functions(
        decode_module(std::move(bytes), nullptr, {.threads = true, .custom_page_sizes = true}));
  } catch (const ModuleError& error) {
    // The bytes of (module binary ...) have no sources.
    if (error.kind() == ModuleErrorKind::malformed && !map.empty()) {
      fail("assembled, but %s", error.message().c_str());
    }
  }
}

}  // namespace
}  // namespace wasmjet::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const wasmjet::fuzz::MemoryMeter meter(size);
  wasmjet::fuzz::assemble_and_validate({reinterpret_cast<const char*>(data), size});
  return 0;
}

/// Mostly changes of whole tokens.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  if (seed % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string text = wasmjet::fuzz::mutate_text({reinterpret_cast<const char*>(data), size}, seed / 4);
  const std::size_t length = std::min(text.size(), max_size);
  std::copy_n(text.begin(), length, data);
  return length == 0 ? LLVMFuzzerMutate(data, size, max_size) : length;
}
