/// usage: golden_listing complete|baseline x64|a64 FILE.wat
///        golden_listing opcodes FILE.wat
///        golden_listing encodings FILE (text or binary)
///        golden_listing executed
/// Prints what golden.py compares.

#include <fstream>
#include <iostream>
#include <iterator>
#include <string_view>

#include "decoder/text/assemble.hpp"
#include "spec-tests/golden/listing.hpp"

namespace {

int print(std::string_view what, std::string_view target, const char* path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    std::cerr << "cannot read " << path << "\n";
    return 1;
  }
  if (what == "encodings") {
    std::vector<std::uint8_t> bytes(text.begin(), text.end());
    if (!text.starts_with(std::string_view("\0asm", 4))) bytes = wasmjet::text::assemble_valid(text);
    std::cout << wasmjet::testing::encodings(bytes);
  } else if (what == "opcodes") {
    std::cout << wasmjet::testing::opcodes_used(text);
  } else {
    std::cout << wasmjet::testing::golden_listing(
        text, target == "a64" ? wasmjet::jit::Target::a64 : wasmjet::jit::Target::x64, what == "baseline");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (argc == 2 && what == "executed") {
      std::cout << wasmjet::testing::opcodes_executed();
      return 0;
    }
    if (argc == 3 && (what == "opcodes" || what == "encodings")) return print(what, "", argv[2]);
    if (argc == 4 && (what == "complete" || what == "baseline")) return print(what, argv[2], argv[3]);
    std::cerr
        << "usage: golden_listing complete|baseline x64|a64 FILE.wat | opcodes|encodings FILE | executed\n";
  } catch (const std::exception& error) {
    std::cerr << "golden_listing: " << error.what() << "\n";
  }
  return 1;
}
