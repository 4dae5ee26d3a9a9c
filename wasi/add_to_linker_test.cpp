#include <gtest/gtest.h>

#include "runtime/fake_executor.hpp"
#include "wasi/abi.hpp"
#include "wasi/functions.hpp"

namespace wasmjet::wasi {
namespace {

TEST(AddToLinker, DefinesEveryFunctionWithItsType) {
  wasmjet::testing::Fixture fixture;
  WasiContext context{WasiConfig{}};
  add_to_linker(fixture.linker, context);
  for (const Function& function : functions()) {
    const Extern* found = fixture.linker.find(kModuleName, function.name);
    ASSERT_NE(found, nullptr) << function.name;
    ASSERT_TRUE(std::holds_alternative<Func>(*found)) << function.name;
    EXPECT_EQ(std::get<Func>(*found).type(), function.type()) << function.name;
  }
  EXPECT_EQ(fixture.linker.find("wasi_unstable", "fd_write"), nullptr);
}

}  // namespace
}  // namespace wasmjet::wasi
