#include "spec-tests/fuzz/generator/generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "decoder/code_reader.hpp"
#include "decoder/decoder.hpp"
#include "runtime/executable.hpp"
#include "spec-tests/fuzz/generator/choices.hpp"
#include "spec-tests/fuzz/generator/random_bytes.hpp"

namespace wasmjet::fuzz {
namespace {

constexpr std::uint64_t kSeeds = 1500;

/// The names of the opcodes in the module's bodies. Fails the test if it is not valid.
std::set<std::string> opcodes_of(const std::vector<std::uint8_t>& bytes) {
  std::set<std::string> names;
  const Module module = decode_module(bytes);
  FunctionValidator validator(module);
  for (std::uint32_t f = module.imported_functions; f < module.functions.size(); ++f) {
    const FunctionInfo& info = validator.validate(f);
    CodeReader reader(module.bytes.data() + info.code_begin);
    while (reader.position() < module.bytes.data() + info.code_end) {
      const Opcode op = reader.opcode();
      reader.skip_immediates(op);
      names.insert(std::string(text_name(op)));
    }
  }
  return names;
}

TEST(Generator, MakesValidExecutableModules) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto bytes = generate_module(random_bytes(seed));
    try {
      opcodes_of(bytes);
      require_executable(decode_module(bytes));
    } catch (const ModuleError& error) {
      ADD_FAILURE() << "seed " << seed << ": " << error.message();
    }
  }
}

TEST(Generator, UsesEveryOpcodeThatIsExecuted) {
  std::set<std::string> used;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed)
    used.merge(opcodes_of(generate_module(random_bytes(seed))));
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto op = static_cast<Opcode>(i);
    if (!is_executable(op)) continue;
    EXPECT_THAT(used, ::testing::Contains(std::string(text_name(op))));
  }
}

TEST(Generator, MakesTheSameFromTheSame) {
  EXPECT_EQ(generate_module(random_bytes(1)), generate_module(random_bytes(1)));
  EXPECT_NE(generate_module(random_bytes(1)), generate_module(random_bytes(2)));
}

TEST(Generator, MakesASmallModuleFromNothing) {
  const auto bytes = generate_module({});
  EXPECT_LT(bytes.size(), 300U);
  EXPECT_EQ(decode_module(bytes).bodies.size(), 1U);
}

TEST(Choices, AreZeroBehindTheEnd) {
  const std::uint8_t bytes[] = {7, 0xFF};
  Choices choices(bytes);
  EXPECT_EQ(choices.below(5), 2U);
  EXPECT_TRUE(choices.chance(1));
  EXPECT_TRUE(choices.exhausted());
  EXPECT_FALSE(choices.chance(15));
  EXPECT_EQ(choices.bits(8), 0U);
}

TEST(Choices, AreSplitIntoParts) {
  const std::uint8_t bytes[] = {1, 2, 3, 4, 5, 6};
  Choices choices(bytes);
  Choices part = choices.split(3);
  EXPECT_EQ(part.bits(2), 0x0102U);
  EXPECT_TRUE(part.exhausted());
  EXPECT_EQ(choices.bits(2), 0x0304U);
}

}  // namespace
}  // namespace wasmjet::fuzz
