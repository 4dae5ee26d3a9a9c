#include "jit/disassembler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "decoder/text/printer/instruction_text.hpp"

namespace wasmjet::jit {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Machine code made by hand, in place of a compiler's.
class FakeCode : public ModuleCode {
 public:
  /// One function a vector; they lie one behind the other. The first has index `first`.
  FakeCode(const std::vector<std::vector<std::uint8_t>>& functions, std::uint32_t first) {
    bytes_.reserve(256);  // so that addresses stay
    for (const auto& function : functions) {
      const auto begin = static_cast<std::uint32_t>(bytes_.size());
      bytes_.insert(bytes_.end(), function.begin(), function.end());
      map_.functions.push_back({begin, static_cast<std::uint32_t>(bytes_.size()), first++, 0});
    }
    map_.begin = bytes_.data();
    map_.size = bytes_.size();
  }
  void mark(std::uint32_t code_offset, std::uint32_t wasm_offset) {
    marks_.push_back({code_offset, wasm_offset});
  }

  /// Eight bytes more for the last function.
  void append_number(std::uint64_t bits) {
    bytes_.resize(bytes_.size() + 8);
    std::memcpy(&bytes_[bytes_.size() - 8], &bits, 8);
    map_.functions.back().code_end += 8;
  }
  void append_address(std::uint32_t offset) {
    append_number(reinterpret_cast<std::uintptr_t>(map_.begin) + offset);
  }

  void* entry(std::uint32_t) const override { return nullptr; }
  const interpreter::Function* bytecode(std::uint32_t) const override { return nullptr; }
  const CodeMap& map() const override { return map_; }
  const std::vector<InstructionMark>& instruction_map() const override { return marks_; }
  const CompileStats& stats() const override { return stats_; }

 private:
  std::vector<std::uint8_t> bytes_;
  CodeMap map_;
  std::vector<InstructionMark> marks_;
  CompileStats stats_;
};

std::string name(std::uint32_t function) { return "f" + std::to_string(function); }

TEST(Disassembler, LabelsCallsAndWasmInstructions) {
  // f3: xor eax, eax; L1: dec eax; jnz L1; call f4; ret      f4: ret
  FakeCode code({{0x31, 0xC0, 0xFF, 0xC8, 0x75, 0xFC, 0xE8, 1, 0, 0, 0, 0xC3}, {0xC3}}, 3);
  Module module;
  module.bytes = {0x03, 0x40, 0x20, 0x05, 0x0D, 0x00, 0x10, 0x04};  // loop, local.get 5, br_if 0, call 4
  code.mark(2, 0);
  code.mark(2, 2);
  code.mark(4, 4);
  code.mark(6, 6);
  EXPECT_EQ(disassemble(module, code, 3, name, Target::x64),
            "func[3] <f3>: 12 bytes\n"
            "       0  xor eax, eax\n"
            "0x000000: loop\n"
            "0x000002: local.get 5\n"
            "L1:\n"
            "       2  dec eax\n"
            "0x000004: br_if 0\n"
            "       4  jnz L1\n"
            "0x000006: call 4\n"
            "       6  call func[4] <f4>\n"
            "       b  ret\n");
}

TEST(Disassembler, FusedInstructionsFollowTheOneThatHasTheMark) {
  FakeCode code({{0xFF, 0xC8, 0xC3}}, 0);  // dec eax; ret
  Module module;
  module.bytes = {0x41, 0x01, 0x6B, 0x21, 0x00, 0x0F};  // i32.const 1, i32.sub, local.set 0, return
  code.mark(0, 2);
  code.mark(2, 5);
  EXPECT_EQ(disassemble(module, code, 0, name, Target::x64),
            "func[0] <f0>: 3 bytes\n"
            "0x000002: i32.sub\n"
            "0x000003: local.set 0\n"
            "       0  dec eax\n"
            "0x000005: return\n"
            "       2  ret\n");
}

TEST(Disassembler, JumpTablesAndConstantsAreData) {
  const std::vector<std::uint8_t> bytes = {
      0x48, 0x8D, 0x05, 0x11, 0,    0,    0,        // lea rax, [rip + 17]: the table
      0xFF, 0x24, 0xC8,                             // jmp [rax + rcx * 8]
      0x90, 0xF2, 0x0F, 0x10, 0x05, 0x15, 0, 0, 0,  // nop; movsd xmm0, [rip + 21]: the constant
      0xC3, 0xCC, 0xCC, 0xCC, 0xCC,                 // ret; padding
  };
  FakeCode code({bytes}, 0);
  code.append_address(10);
  code.append_address(11);
  code.append_number(0x3FF0000000000000);
  const std::string text = disassemble(Module(), code, 0, name, Target::x64);
  EXPECT_THAT(text, HasSubstr("L1:\n       a  nop\nL2:\n       b  movsd xmm0"));
  EXPECT_THAT(text, HasSubstr("ret\n"));
  EXPECT_THAT(text,
              HasSubstr("      18  .quad L1\n      20  .quad L2\n      28  .quad 0x3ff0000000000000\n"));
  EXPECT_THAT(text, Not(HasSubstr(".byte")));
}

TEST(Disassembler, WhatIsNoInstructionIsShownAsBytes) {
  const FakeCode code({{0x06, 0xC3, 0x0F}}, 0);
  const std::string text = disassemble(Module(), code, 0, name, Target::x64);
  EXPECT_THAT(text, HasSubstr("0  .byte 0x06\n"));
  EXPECT_THAT(text, HasSubstr("1  ret\n"));
  EXPECT_THAT(text, HasSubstr("2  .byte 0x0f\n"));
}

TEST(Disassembler, UnknownFunction) { EXPECT_EQ(disassemble(Module(), FakeCode({{0xC3}}, 7), 0, name), ""); }

std::string text_of(std::vector<std::uint8_t> bytes) {
  Module module;
  module.bytes = std::move(bytes);
  const text::InstructionText result = text::instruction_text(module, 0);
  EXPECT_EQ(result.next, module.bytes.size());
  return result.text;
}

TEST(InstructionText, Immediates) {
  EXPECT_EQ(text_of({0x6A}), "i32.add");
  EXPECT_EQ(text_of({0x41, 0x7F}), "i32.const -1");
  EXPECT_EQ(text_of({0x42, 0x80, 0x01}), "i64.const 128");
  EXPECT_EQ(text_of({0x43, 0, 0, 0xC0, 0x3F}), "f32.const 1.5");
  EXPECT_EQ(text_of({0x44, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F}), "f64.const nan");
  EXPECT_EQ(text_of({0x28, 0x02, 0x08}), "i32.load offset=8");
  EXPECT_EQ(text_of({0x28, 0x00, 0x00}), "i32.load align=1");
  EXPECT_EQ(text_of({0x02, 0x40}), "block");
  EXPECT_EQ(text_of({0x02, 0x7F}), "block (result i32)");
  EXPECT_EQ(text_of({0x03, 0x05}), "loop (type 5)");
  EXPECT_EQ(text_of({0x0E, 0x02, 0x00, 0x01, 0x02}), "br_table 0 1 2");
  EXPECT_EQ(text_of({0x11, 0x03, 0x00}), "call_indirect (type 3)");
  EXPECT_EQ(text_of({0x11, 0x03, 0x01}), "call_indirect 1 (type 3)");
  EXPECT_EQ(text_of({0xD0, 0x70}), "ref.null func");
  EXPECT_EQ(text_of({0x1C, 0x01, 0x7E}), "select (result i64)");
  EXPECT_EQ(text_of({0xFC, 0x0A, 0x00, 0x00}), "memory.copy");
}

}  // namespace
}  // namespace wasmjet::jit
