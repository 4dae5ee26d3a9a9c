#include "jit/wasm_text.hpp"

#include "decoder/text/printer/print_instructions.hpp"

namespace wasmjet::jit {

InstructionText instruction_text(const Module& module, std::uint32_t offset) {
  InstructionText result;
  CodeReader reader(module.bytes.data() + offset);
  text::TextOutput out([&result](std::string_view piece) { result.text += piece; });
  const text::Identifiers numbers;
  text::InstructionPrinter(out, numbers).put_instruction(reader);
  out.flush();
  result.next = static_cast<std::uint32_t>(reader.position() - module.bytes.data());
  return result;
}

}  // namespace wasmjet::jit
