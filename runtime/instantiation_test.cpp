#include "runtime/instantiation.hpp"

#include <gtest/gtest.h>

#include "runtime/bulk.hpp"
#include "runtime/fake_executor.hpp"

namespace wasmjet {
namespace {

using testing::Fixture;
using testing::i32_const;

Module with_memory(std::vector<std::uint8_t> bytes) {
  Module module;
  module.bytes = std::move(bytes);
  module.memories = {{{1, {}}}};
  return module;
}

DataSegment data(std::uint32_t offset, std::uint32_t begin, std::uint32_t size) {
  return {SegmentMode::active, 0, i32_const(offset), begin, size};
}

TEST(Instantiation, AppliesDataInOrderAndDropsIt) {
  Fixture fixture;
  Module module = with_memory({1, 2, 3, 4});
  module.data = {data(10, 0, 3), data(11, 3, 1)};
  const auto [instance, trap] = fixture.instantiate(std::move(module));
  EXPECT_FALSE(trap);
  const std::uint8_t* memory = instance->memory(0).data();
  EXPECT_EQ(memory[10], 1);
  EXPECT_EQ(memory[11], 4);
  EXPECT_EQ(memory[12], 3);
  EXPECT_EQ(memory_init(*instance, 0, 0, 0, 0, 1), TrapCode::memory_out_of_bounds);
  EXPECT_EQ(memory_init(*instance, 0, 0, 0, 0, 0), TrapCode::none);
}

TEST(Instantiation, KeepsWhatWasWrittenBeforeATrap) {
  Fixture fixture;
  Module module = with_memory({1, 2});
  module.data = {data(0, 0, 2), data(kPageSize - 1, 0, 2)};
  const auto [instance, trap] = fixture.instantiate(std::move(module));
  ASSERT_TRUE(trap);
  EXPECT_EQ(trap->code, TrapCode::memory_out_of_bounds);
  EXPECT_EQ(trap->message, "out of bounds memory access");
  EXPECT_EQ(instance->memory(0).data()[1], 2);
  EXPECT_EQ(instance->memory(0).data()[kPageSize - 1], 0);
}

TEST(Instantiation, EvaluatesGlobalsAndElements) {
  Fixture fixture;
  Value seven{};
  seven.i32 = 7;
  fixture.linker.define("env", "g", &fixture.store.create_global({kI32, false}, seven));
  Module module;
  module.types.resize(1);
  module.functions = {0, 0};
  module.globals = {{{kI32, false}, {}},
                    {{kI32, true}, testing::global_get(0, kI32)},
                    {{kFuncRef, false}, testing::ref_func(1)}};
  module.imported_globals = 1;
  module.imports = {{"env", "g", ExternKind::global, 0}};
  module.tables = {{kFuncRef, {10, {}}}};
  ElementSegment active;
  active.mode = SegmentMode::active;
  active.type = kFuncRef;
  active.offset = testing::global_get(0, kI32);
  active.items = {testing::ref_func(1), testing::ref_func(0)};
  ElementSegment declarative;
  declarative.mode = SegmentMode::declarative;
  declarative.items = {testing::ref_func(0)};
  module.elements = {active, declarative};
  const auto [instance, trap] = fixture.instantiate(std::move(module));
  EXPECT_FALSE(trap);
  EXPECT_EQ(instance->global(1).get().i32, 7);
  EXPECT_EQ(instance->global(2).get().ref, instance->func_ref(1));
  EXPECT_EQ(instance->table(0).get(6), nullptr);
  EXPECT_EQ(instance->table(0).get(7), instance->func_ref(1));
  EXPECT_EQ(instance->table(0).get(8), instance->func_ref(0));
  EXPECT_TRUE(instance->element_segment(0).empty());
  EXPECT_TRUE(instance->element_segment(1).empty());
}

TEST(Instantiation, PassesBoundsModesToTheCompiler) {
  StoreLimits limits;
  limits.max_reserved_bytes = 1 << 20;
  Fixture fixture(limits);
  fixture.instantiate(with_memory({}));
  ASSERT_EQ(fixture.executor->compiled.size(), 1U);
  EXPECT_EQ(fixture.executor->compiled[0], std::vector{MemoryBounds::explicit_});
}

TEST(Instantiation, InitialSizesPastTheLimitsAreErrors) {
  StoreLimits limits;
  limits.max_memory_bytes = kPageSize - 1;
  limits.max_table_elements = 5;
  Fixture fixture(limits);
  EXPECT_THROW(fixture.instantiate(with_memory({})), ResourceError);
  Module module;
  module.tables = {{kFuncRef, {6, {}}}};
  EXPECT_THROW(fixture.instantiate(std::move(module)), ResourceError);
  EXPECT_TRUE(fixture.store.instances().empty());
}

TEST(Instantiation, RunsTheStartFunction) {
  Fixture fixture({}, {[](EntryRecord* record, VmContext* context, Value*) {
                    context->memory0_base[0] = 5;
                    record->trap = TrapCode::unreachable;
                    return false;
                  }});
  Module module = with_memory({});
  module.types.resize(1);
  module.functions = {0};
  module.start = 0;
  const auto [instance, trap] = fixture.instantiate(std::move(module));
  ASSERT_TRUE(trap);
  EXPECT_EQ(trap->code, TrapCode::unreachable);
  EXPECT_EQ(instance->memory(0).data()[0], 5);
}

TEST(Instantiation, RefusesImportsThatDoNotMatch) {
  Fixture fixture;
  EXPECT_THROW(fixture.store.instantiate(fixture.compiled({}), std::vector<Extern>{Func{}}, "x"),
               std::invalid_argument);
}

}  // namespace
}  // namespace wasmjet
