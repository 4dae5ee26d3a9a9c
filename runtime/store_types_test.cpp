#include "runtime/store_types.hpp"

#include <gtest/gtest.h>

#include "runtime/fake_executor.hpp"

namespace wasmjet {
namespace {

constexpr ValType kNoFunc = ValType::reference(HeapType::nofunc);
constexpr ValType kNoExtern = ValType::reference(HeapType::noextern);

TEST(StoreTypes, NamesTypesByTheirIds) {
  const std::vector<std::uint32_t> ids{7, 9};
  EXPECT_EQ(outside_type(ValType::type_reference(1, true), ids), ValType::type_reference(9, true));
  EXPECT_EQ(outside_type(ValType::type_reference(0, false), ids), ValType::type_reference(7, false));
  EXPECT_EQ(outside_type(ValType::type_reference(2, true), ids), ValType::type_reference(kOwnTypeId, true));
  EXPECT_EQ(outside_type(kI64, ids), kI64);
  EXPECT_EQ(outside_type(kFuncRef, ids), kFuncRef);
  EXPECT_THROW(outside_type(ValType::type_reference(0, true), std::vector<std::uint32_t>{kOwnTypeId}),
               ModuleError);
}

TEST(StoreTypes, Matches) {
  const ValType seven = ValType::type_reference(7, true);
  EXPECT_TRUE(matches(seven, seven));
  EXPECT_TRUE(matches(seven.as_non_null(), seven));
  EXPECT_FALSE(matches(seven, seven.as_non_null()));
  EXPECT_FALSE(matches(seven, ValType::type_reference(8, true)));
  EXPECT_TRUE(matches(seven, kFuncRef));
  EXPECT_TRUE(matches(seven.as_non_null(), kFuncRef.as_non_null()));
  EXPECT_FALSE(matches(kFuncRef, seven));
  EXPECT_TRUE(matches(kNoFunc, seven));
  EXPECT_TRUE(matches(kNoFunc, kFuncRef));
  EXPECT_TRUE(matches(kNoExtern, kExternRef));
  EXPECT_FALSE(matches(kNoExtern, seven));
  EXPECT_FALSE(matches(seven, kExternRef));
  EXPECT_FALSE(matches(kFuncRef, kExternRef));
  EXPECT_TRUE(matches(kI32, kI32));
  EXPECT_FALSE(matches(kI32, kI64));
  EXPECT_FALSE(matches(kI32, kFuncRef));
}

/// A module of function types alone.
Module module_of(std::vector<FuncType> types) {
  Module module;
  module.type_defs.resize(types.size());
  module.types = std::move(types);
  return module;
}

FuncType takes(std::uint32_t type) { return {{ValType::type_reference(type, true)}, {}}; }

TEST(StoreTypes, EqualTypesOfDifferentModulesHaveOneId) {
  testing::Fixture fixture;
  const FuncType number{{kI32}, {}};
  const auto first = fixture.compiled(module_of({number, takes(0), takes(1)}));
  const auto second = fixture.compiled(module_of({takes(0), number, takes(1), takes(2)}));
  const std::vector<std::uint32_t>& a = first->type_ids();
  const std::vector<std::uint32_t>& b = second->type_ids();
  EXPECT_EQ(a[0], b[1]);
  EXPECT_EQ(a[1], b[2]);
  EXPECT_EQ(a[2], b[3]);
  // The same words, but about itself.
  EXPECT_NE(a[1], b[0]);
  EXPECT_EQ(fixture.compiled(module_of({takes(0)}))->type_ids()[0], b[0]);
}

}  // namespace
}  // namespace wasmjet
