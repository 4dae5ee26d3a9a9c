#include "jit/a64/instruction_decoder.hpp"

#include <capstone/capstone.h>
#include <fmt/format.h>

#include <cstring>
#include <stdexcept>
#include <string>

#include "jit/loaded_library.hpp"

namespace wasmjet::jit::a64 {
namespace {

struct Library {
  decltype(&::cs_open) open = nullptr;
  decltype(&::cs_close) close = nullptr;
  decltype(&::cs_option) option = nullptr;
  decltype(&::cs_malloc) allocate = nullptr;
  decltype(&::cs_free) release = nullptr;
  decltype(&::cs_disasm_iter) disassemble = nullptr;
  decltype(&::cs_insn_group) has_group = nullptr;

  Library() {
    const LoadedLibrary capstone(fmt::format("libcapstone.so.{}", CS_API_MAJOR), "disassemble AArch64");
    capstone.find(open, "cs_open");
    capstone.find(close, "cs_close");
    capstone.find(option, "cs_option");
    capstone.find(allocate, "cs_malloc");
    capstone.find(release, "cs_free");
    capstone.find(disassemble, "cs_disasm_iter");
    capstone.find(has_group, "cs_insn_group");
  }
};

const Library& library() {
  static const Library loaded;
  return loaded;
}

class Decoder final : public InstructionDecoder {
 public:
  Decoder() {
    if (library().open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &handle_) != CS_ERR_OK) {
      throw std::runtime_error("this libcapstone cannot disassemble AArch64");
    }
    library().option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
    instruction_ = library().allocate(handle_);
  }
  ~Decoder() override {
    library().release(instruction_, 1);
    library().close(&handle_);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  DecodedInstruction decode(std::span<const std::uint8_t> code, std::uint32_t offset) override {
    std::uint32_t word = 0;
    if (code.size() - offset < 4) return {1, fmt::format(".byte {:#04x}", code[offset]), {}, false, {}};
    std::memcpy(&word, code.data() + offset, 4);
    DecodedInstruction result;
    result.bytes = 4;
    const std::uint8_t* at = code.data() + offset;
    std::size_t left = 4;
    std::uint64_t address = offset;
    if (word <= 0xFFFF) {
      result.text = fmt::format("udf #{}", word);
    } else if (!library().disassemble(handle_, &at, &left, &address, instruction_)) {
      result.text = fmt::format(".word {:#010x}", word);
    } else {
      describe(result);
    }
    return result;
  }

 private:
  void describe(DecodedInstruction& result) const {
    const cs_arm64& detail = instruction_->detail->arm64;
    const std::string mnemonic = instruction_->mnemonic, operands = instruction_->op_str;
    result.text = operands.empty() ? mnemonic : mnemonic + " " + operands;
    if (detail.op_count == 0) return;
    const cs_arm64_op& last = detail.operands[detail.op_count - 1];
    const bool jumps =
        library().has_group(handle_, instruction_, CS_GRP_JUMP) || instruction_->id == ARM64_INS_BL;
    const bool refers =
        instruction_->id == ARM64_INS_ADR || (instruction_->id == ARM64_INS_LDR && last.type == ARM64_OP_IMM);
    if (last.type != ARM64_OP_IMM || !(jumps || refers)) return;
    // The place is the last operand.
    const std::size_t comma = operands.rfind(", ");
    const std::string others = comma == std::string::npos ? "" : operands.substr(0, comma);
    if (jumps) {
      result.text = others.empty() ? mnemonic : mnemonic + " " + others + ",";
      result.target = last.imm;
      result.is_call = instruction_->id == ARM64_INS_BL;
    } else {
      result.text = fmt::format("{} {}, [{:#x}]", mnemonic, others, static_cast<std::uint64_t>(last.imm));
      result.data = last.imm;
    }
  }

  csh handle_ = 0;
  cs_insn* instruction_ = nullptr;
};

}  // namespace

std::unique_ptr<InstructionDecoder> make_decoder() { return std::make_unique<Decoder>(); }

}  // namespace wasmjet::jit::a64
