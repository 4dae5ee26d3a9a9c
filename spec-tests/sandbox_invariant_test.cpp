/// The sandbox invariant (docs/architecture.md): an index of linear memory is zero-extended. Compiled code
/// that asserts it must notice when it does not hold.

#include "spec-tests/runtime_fixture.hpp"

namespace wasmjet::testing {
namespace {

const Bytes kWrap{0xA7};

/// Loads from the low half of an i64 that has bits above.
ModuleBuilder wrapped_index() {
  ModuleBuilder m;
  m.memory(1);
  m.data(8, "\x2A");
  m.function("f", {{kI64}, {kI32}}, op::local_get(0) + kWrap + op::access(0x28));
  return m;
}

Outcome load_with(jit::JitOptions options) {
  Engine engine{jit::make_executor(std::move(options))};
  Store store(engine);
  Linker linker(store);
  const auto instantiated =
      linker.instantiate(CompiledModule::decode(engine, wrapped_index().build(), "test"), "test");
  Value index{};
  index.u64 = 0x7000'0000'0008;
  return instantiated.instance->find_function("f").call({&index, 1});
}

TEST(SandboxInvariant, HoldsForWrappedValues) {
  EXPECT_THAT(load_with({.assert_invariants = true}), ReturnsI32(42));
  EXPECT_THAT(load_with({.assert_invariants = false}), ReturnsI32(42));
}

TEST(SandboxInvariantDeathTest, DirtyUpperHalfIsNoticed) {
  EXPECT_DEATH(load_with({.assert_invariants = true, .leave_upper_halves_dirty = true}), "dirty upper half");
}

}  // namespace
}  // namespace wasmjet::testing
