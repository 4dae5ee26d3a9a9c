#include "runtime/engine.hpp"

#include <gtest/gtest.h>

#include "runtime/fake_executor.hpp"

namespace wasmjet {
namespace {

TEST(Engine, EqualTypesHaveEqualIds) {
  Engine engine(std::make_unique<testing::FakeExecutor>());
  const FuncType a{{kI32}, {kI64}};
  const FuncType b{{kI32}, {}};
  const FuncType c{{kI32}, {kFuncRef}};
  const FuncType d{{kI32}, {kExternRef}};
  EXPECT_EQ(engine.type(a).id, engine.type(FuncType{{kI32}, {kI64}}).id);
  EXPECT_NE(engine.type(a).id, engine.type(b).id);
  EXPECT_NE(engine.type(c).id, engine.type(d).id);
  EXPECT_EQ(engine.type(engine.type(c).id).type, c);
}

TEST(CompiledModule, CodeIsSharedByBoundsMode) {
  testing::Fixture fixture;
  Module module;
  module.memories.push_back({{1, {}}});
  const auto compiled = fixture.compiled(std::move(module));
  const auto guarded = compiled->code();
  EXPECT_EQ(guarded, compiled->code({.memories = {MemoryBounds::guarded}}));
  EXPECT_NE(guarded, compiled->code({.memories = {MemoryBounds::explicit_}}));
  EXPECT_EQ(fixture.executor->compiled.size(), 2U);
}

TEST(CompiledModule, FunctionWithoutNameIsNumbered) {
  testing::Fixture fixture;
  EXPECT_EQ(fixture.compiled({})->function_name(7), "func[7]");
}

}  // namespace
}  // namespace wasmjet
