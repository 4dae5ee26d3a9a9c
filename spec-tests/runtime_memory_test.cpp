#include "spec-tests/runtime_fixture.hpp"

namespace wasmjet::testing {
namespace {

constexpr std::uint8_t kI32Load = 0x28;
constexpr std::uint8_t kI64Load = 0x29;
constexpr std::uint8_t kI32Store = 0x36;
constexpr std::uint8_t kI32Store8 = 0x3A;

struct Access {
  std::uint64_t offset;
  std::uint32_t address;
  bool inside;
};

/// Both ways to keep accesses in bounds must agree.
class RuntimeMemory : public ::testing::TestWithParam<bool> {
 protected:
  static StoreLimits limits() {
    StoreLimits result;
    if (GetParam()) result.max_reserved_bytes = 64 << 20;
    return result;
  }

  Runtime runtime_{limits()};
};

ModuleBuilder accesses(std::uint64_t offset) {
  ModuleBuilder builder;
  builder.memory(1);
  builder.function("load", {{kI32}, {kI32}}, op::local_get(0) + op::access(kI32Load, offset));
  builder.function("load64", {{kI32}, {kI64}}, op::local_get(0) + op::access(kI64Load, offset));
  builder.function("store", {{kI32}, {}},
                   op::local_get(0) + op::i32_const(-1) + op::access(kI32Store, offset));
  builder.function("store8", {{kI32}, {}},
                   op::local_get(0) + op::i32_const(-1) + op::access(kI32Store8, offset));
  builder.function("grow", {{kI32}, {kI32}}, op::local_get(0) + op::memory_grow);
  builder.function("size", {{}, {kI32}}, op::memory_size);
  return builder;
}

TEST_P(RuntimeMemory, AccessesAreBounded) {
  for (const Access& a : {Access{0, 0, true}, Access{0, 65532, true}, Access{0, 65533, false},
                          Access{0, 0xFFFFFFFF, false}, Access{65532, 0, true}, Access{65533, 0, false},
                          Access{65532, 1, false}, Access{1, 0xFFFFFFFF, false}, Access{0xFFFFFFFF, 0, false},
                          Access{0xFFFFFFFF, 0xFFFFFFFF, false}, Access{0x80000000, 0x80000000, false}}) {
    SCOPED_TRACE(std::to_string(a.offset) + "+" + std::to_string(a.address));
    const Instance& instance = runtime_.instantiate(accesses(a.offset));
    for (const char* name : {"load", "store"}) {
      const Outcome outcome = call(instance, name, {i32(static_cast<std::int32_t>(a.address))});
      if (a.inside) {
        EXPECT_THAT(outcome, Returns());
      } else {
        EXPECT_THAT(outcome, TrapsWith(TrapCode::memory_out_of_bounds));
      }
    }
  }
}

TEST_P(RuntimeMemory, GrowthMovesTheBound) {
  const Instance& instance = runtime_.instantiate(accesses(0));
  EXPECT_THAT(call(instance, "load64", {i32(65536)}), TrapsWith(TrapCode::memory_out_of_bounds));
  EXPECT_THAT(call(instance, "grow", {i32(1)}), ReturnsI32(1));
  EXPECT_THAT(call(instance, "size"), ReturnsI32(2));
  EXPECT_THAT(call(instance, "store8", {i32(65536)}), Returns());
  EXPECT_THAT(call(instance, "load", {i32(65536)}), ReturnsI32(255));
  EXPECT_THAT(call(instance, "store8", {i32(131072)}), TrapsWith(TrapCode::memory_out_of_bounds));
  EXPECT_THAT(call(instance, "grow", {i32(-1)}), ReturnsI32(-1));
}

TEST_P(RuntimeMemory, BulkOperationsAreBounded) {
  ModuleBuilder builder;
  builder.memory(1);
  const FuncType type{{kI32, kI32, kI32}, {}};
  const Bytes operands = op::local_get(0) + op::local_get(1) + op::local_get(2);
  builder.function("fill", type, operands + op::memory_fill);
  builder.function("copy", type, operands + op::memory_copy);
  const Instance& instance = runtime_.instantiate(builder);
  EXPECT_THAT(call(instance, "fill", {i32(65535), i32(7), i32(1)}), Returns());
  EXPECT_THAT(call(instance, "fill", {i32(65535), i32(7), i32(2)}),
              TrapsWith(TrapCode::memory_out_of_bounds));
  EXPECT_THAT(call(instance, "copy", {i32(0), i32(65535), i32(1)}), Returns());
  EXPECT_THAT(call(instance, "copy", {i32(0), i32(65535), i32(2)}),
              TrapsWith(TrapCode::memory_out_of_bounds));
  EXPECT_THAT(call(instance, "copy", {i32(-1), i32(0), i32(-1)}), TrapsWith(TrapCode::memory_out_of_bounds));
  EXPECT_EQ(instance.memory(0).data()[0], 7);
}

TEST_P(RuntimeMemory, IsSharedByImport) {
  ModuleBuilder owner;
  owner.memory(1);
  owner.export_("memory", ExternKind::memory, 0);
  owner.function("load", {{kI32}, {kI32}}, op::local_get(0) + op::access(kI32Load));
  const Instance& first = runtime_.instantiate(owner);
  runtime_.linker.define_instance("owner", first);
  ModuleBuilder user;
  user.import_memory("owner", "memory", 1);
  user.function("store8", {{kI32}, {}}, op::local_get(0) + op::i32_const(9) + op::access(kI32Store8));
  user.function("grow", {{}, {kI32}}, op::i32_const(1) + op::memory_grow);
  const Instance& second = runtime_.instantiate(user);
  EXPECT_THAT(call(second, "store8", {i32(100)}), Returns());
  EXPECT_THAT(call(first, "load", {i32(100)}), ReturnsI32(9));
  EXPECT_THAT(call(second, "store8", {i32(65536)}), TrapsWith(TrapCode::memory_out_of_bounds));
  EXPECT_THAT(call(second, "grow"), ReturnsI32(1));
  EXPECT_THAT(call(second, "store8", {i32(65536)}), Returns());
  EXPECT_THAT(call(first, "load", {i32(65536)}), ReturnsI32(9));
}

INSTANTIATE_TEST_SUITE_P(Bounds, RuntimeMemory, ::testing::Values(false, true),
                         [](const auto& test) { return test.param ? "Explicit" : "Guarded"; });

}  // namespace
}  // namespace wasmjet::testing
