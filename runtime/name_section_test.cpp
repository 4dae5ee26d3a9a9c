#include "runtime/name_section.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace wasmjet {
namespace {

TEST(NameSection, ReadsModuleAndFunctions) {
  const std::vector<std::uint8_t> bytes = {0, 2, 1, 'm', 1, 7, 2, 0, 1, 'f', 5, 1, 'g'};
  const NameSection names = read_name_section(bytes);
  EXPECT_EQ(names.module, "m");
  EXPECT_EQ(names.functions, (std::map<std::uint32_t, std::string>{{0, "f"}, {5, "g"}}));
}

TEST(NameSection, KeepsWhatComesBeforeAMistake) {
  for (const std::vector<std::uint8_t>& bytes : std::vector<std::vector<std::uint8_t>>{
           {1, 4, 1, 0, 1, 'f', 1},                        // a subsection without a size
           {1, 4, 1, 0, 1, 'f', 1, 200, 1},                // one past the end
           {1, 4, 9, 0, 1, 'f'},                           // fewer names than said
           {1, 6, 2, 0, 1, 'f', 1, 9},                     // a name past the end
           {1, 9, 2, 0, 1, 'f', 255, 255, 255, 255, 255},  // an overlong number
       }) {
    EXPECT_EQ(read_name_section(bytes).functions, (std::map<std::uint32_t, std::string>{{0, "f"}}));
  }
}

TEST(NameSection, MakesNamesPrintable) {
  const std::vector<std::uint8_t> bytes = {1, 11, 1, 0, 8, 0x1B, '[', 0xC3, 0xA4, 0xFF, 0xC0, 0x80, 0x7F};
  EXPECT_EQ(read_name_section(bytes).functions.at(0), "?[\xC3\xA4????");
}

}  // namespace
}  // namespace wasmjet
