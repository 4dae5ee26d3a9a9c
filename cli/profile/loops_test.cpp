#include "cli/profile/loops.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/profile/wasm_listing.hpp"
#include "decoder/decoder.hpp"
#include "decoder/text/assemble.hpp"

namespace wasmjet::cli::profile {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kText = R"((module (func (local i64 i32)
  loop        ;; 0
    nop
    block
      loop    ;; 1
        br 0
      end
    end
    i32.const 0
    if
      loop    ;; 2
      end
    else
      nop
    end
  end
  nop)))";

class Loops : public testing::Test {
 protected:
  Loops() : module(decode_module(text::assemble(kText))), lines(list_wasm(module, 0)) {}

  std::uint32_t offset_of(std::string_view text, int nth = 0) const {
    for (const WasmLine& line : lines) {
      if (line.text == text && nth-- == 0) return line.offset;
    }
    throw std::out_of_range(std::string(text));
  }

  Module module;
  std::vector<WasmLine> lines;
};

TEST_F(Loops, AreFoundWithTheirNesting) {
  const LoopNest nest = find_loops(module, 0, {});
  ASSERT_EQ(nest.loops.size(), 3u);
  EXPECT_EQ(nest.loops[0].begin, offset_of("loop"));
  EXPECT_EQ(nest.loops[0].end, offset_of("nop", 2));
  EXPECT_EQ(nest.loops[0].parent, kNone);
  EXPECT_EQ(nest.loops[1].begin, offset_of("loop", 1));
  EXPECT_EQ(nest.loops[1].end, offset_of("end", 1));
  EXPECT_EQ(nest.loops[1].parent, 0u);
  EXPECT_EQ(nest.loops[2].parent, 0u);
  EXPECT_EQ(nest.loops[2].depth, 2u);
}

TEST_F(Loops, EachPlaceHasItsInnermost) {
  const std::vector<std::uint32_t> offsets{module.body(0).begin, offset_of("loop"),   offset_of("nop"),
                                           offset_of("br 0"),    offset_of("end"),    offset_of("end", 1),
                                           offset_of("nop", 1),  offset_of("end", 4), offset_of("nop", 2)};
  EXPECT_THAT(find_loops(module, 0, offsets).innermost, ElementsAre(kNone, 0, 0, 1, 1, 0, 0, 0, kNone));
}

TEST_F(Loops, ListingIsIndented) {
  std::vector<std::string> shown;
  shown.reserve(lines.size());
  for (const WasmLine& line : lines) {
    shown.push_back(std::string(line.depth, ' ') + line.text +
                    (line.loops != 0 ? std::string(line.loops, '*') : ""));
  }
  EXPECT_THAT(shown, ElementsAre("loop*", " nop*", " block*", "  loop**", "   br 0**", "  end**", " end*",
                                 " i32.const 0*", " if*", "  loop**", "  end**", " else*", "  nop*", " end*",
                                 "end*", "nop", "end"));
}

}  // namespace
}  // namespace wasmjet::cli::profile
