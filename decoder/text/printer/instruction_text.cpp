#include "decoder/text/printer/instruction_text.hpp"

#include "decoder/text/printer/print_instructions.hpp"

namespace wasmjet::text {

InstructionText instruction_text(const Module& module, std::uint32_t offset) {
  InstructionText result;
  CodeReader reader(module.bytes.data() + offset);
  TextOutput out([&result](std::string_view piece) { result.text += piece; });
  const Identifiers numbers;
  InstructionPrinter(out, numbers).put_instruction(reader);
  out.flush();
  result.next = static_cast<std::uint32_t>(reader.position() - module.bytes.data());
  return result;
}

}  // namespace wasmjet::text
