#include <gtest/gtest.h>

#include "spec-tests/module_builder.hpp"
#include "wasmjet/wasmjet.hpp"

namespace wasmjet {
namespace {

/// The example of wasmjet.hpp.
TEST(PublicApi, RunsAModule) {
  testing::ModuleBuilder builder;
  const auto log = builder.import_function("env", "log", {{kI32}, {}});
  builder.function("run", {}, testing::operator+(testing::op::i32_const(42), testing::op::call(log)));

  const auto engine = make_engine();
  const auto module = CompiledModule::decode(*engine, builder.build(), "app");
  Store store(*engine);
  Linker linker(store);
  std::int32_t seen = 0;
  linker.define_function("env", "log", {{kI32}, {}}, [&](Caller&, Value* values) {
    seen = values[0].i32;
    return HostResult::ok();
  });
  const Instantiated app = linker.instantiate(module);
  EXPECT_FALSE(app.trap);
  EXPECT_TRUE(app.instance->find_function("run").call().ok());
  EXPECT_EQ(seen, 42);
}

}  // namespace
}  // namespace wasmjet
