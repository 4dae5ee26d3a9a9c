#include "decoder/types.hpp"

#include <gtest/gtest.h>

namespace wasmjet {
namespace {

TEST(Types, HaveTheirTextNames) {
  EXPECT_EQ(to_string(kI32), "i32");
  EXPECT_EQ(to_string(kF64), "f64");
  EXPECT_EQ(to_string(kFuncRef), "funcref");
  EXPECT_EQ(to_string(kExternRef), "externref");
  EXPECT_EQ(to_string(FuncType{{kI32, kI64}, {kF32}}), "(i32, i64) -> (f32)");
  EXPECT_EQ(to_string(FuncType{}), "() -> ()");
}

}  // namespace
}  // namespace wasmjet
