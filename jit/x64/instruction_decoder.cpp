#include "jit/x64/instruction_decoder.hpp"

#include <Zydis/Zydis.h>
#include <fmt/format.h>

#include <array>

#include "jit/loaded_library.hpp"

namespace wasmjet::jit::x64 {
namespace {

struct Library {
  decltype(&::ZydisDecoderInit) init_decoder = nullptr;
  decltype(&::ZydisFormatterInit) init_formatter = nullptr;
  decltype(&::ZydisFormatterSetProperty) set_property = nullptr;
  decltype(&::ZydisDecoderDecodeFull) decode = nullptr;
  decltype(&::ZydisMnemonicGetString) mnemonic = nullptr;
  decltype(&::ZydisFormatterFormatInstruction) format = nullptr;

  Library() {
    const LoadedLibrary zydis(fmt::format("libZydis.so.{}.{}", ZYDIS_VERSION_MAJOR(ZYDIS_VERSION),
                                          ZYDIS_VERSION_MINOR(ZYDIS_VERSION)),
                              "disassemble x86-64");
    zydis.find(init_decoder, "ZydisDecoderInit");
    zydis.find(init_formatter, "ZydisFormatterInit");
    zydis.find(set_property, "ZydisFormatterSetProperty");
    zydis.find(decode, "ZydisDecoderDecodeFull");
    zydis.find(mnemonic, "ZydisMnemonicGetString");
    zydis.find(format, "ZydisFormatterFormatInstruction");
  }
};

const Library& library() {
  static const Library loaded;
  return loaded;
}

class Decoder final : public InstructionDecoder {
 public:
  Decoder() {
    library().init_decoder(&decoder_, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
    library().init_formatter(&formatter_, ZYDIS_FORMATTER_STYLE_INTEL);
    library().set_property(&formatter_, ZYDIS_FORMATTER_PROP_HEX_UPPERCASE, 0);
    for (const auto property : {ZYDIS_FORMATTER_PROP_IMM_PADDING, ZYDIS_FORMATTER_PROP_DISP_PADDING,
                                ZYDIS_FORMATTER_PROP_ADDR_PADDING_ABSOLUTE}) {
      library().set_property(&formatter_, property, static_cast<ZyanUPointer>(ZYDIS_PADDING_DISABLED));
    }
  }

  DecodedInstruction decode(std::span<const std::uint8_t> code, std::uint32_t offset) override {
    ZydisDecodedInstruction instruction;
    std::array<ZydisDecodedOperand, ZYDIS_MAX_OPERAND_COUNT> operands;
    if (!ZYAN_SUCCESS(library().decode(&decoder_, code.data() + offset, code.size() - offset, &instruction,
                                       operands.data()))) {
      return {1, fmt::format(".byte {:#04x}", code[offset]), {}, false, {}};
    }
    DecodedInstruction result;
    result.bytes = instruction.length;
    const std::int64_t behind = std::int64_t{offset} + instruction.length;
    const std::span visible(operands.data(), instruction.operand_count_visible);
    if (!visible.empty() && visible[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE && visible[0].imm.is_relative) {
      result.text = library().mnemonic(instruction.mnemonic);
      result.target = behind + visible[0].imm.value.s;
      result.is_call = instruction.mnemonic == ZYDIS_MNEMONIC_CALL;
      return result;
    }
    std::array<char, 256> text{};
    library().format(&formatter_, &instruction, operands.data(), instruction.operand_count_visible,
                     text.data(), text.size(), offset, nullptr);
    result.text = text.data();
    for (const ZydisDecodedOperand& operand : visible) {
      if (operand.type == ZYDIS_OPERAND_TYPE_MEMORY && operand.mem.base == ZYDIS_REGISTER_RIP) {
        result.data = behind + operand.mem.disp.value;
      }
    }
    return result;
  }

 private:
  ZydisDecoder decoder_;
  ZydisFormatter formatter_;
};

}  // namespace

std::unique_ptr<InstructionDecoder> make_decoder() { return std::make_unique<Decoder>(); }

}  // namespace wasmjet::jit::x64
