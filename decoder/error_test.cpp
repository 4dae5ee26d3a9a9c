#include "decoder/error.hpp"

#include <gtest/gtest.h>

namespace wasmjet {
namespace {

TEST(ModuleError, SaysKindReasonAndOffset) {
  EXPECT_EQ(ModuleError(ModuleErrorKind::malformed, 0x1F, "unexpected end").message(),
            "malformed: unexpected end at offset 0x1f");
  EXPECT_EQ(ModuleError(ModuleErrorKind::invalid, 0, "type mismatch").message(),
            "invalid: type mismatch at offset 0x0");
}

}  // namespace
}  // namespace wasmjet
