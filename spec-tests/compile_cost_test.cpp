/// Code whose compilation must not cost more than its size allows.

#include "spec-tests/runtime_fixture.hpp"

namespace wasmjet::testing {
namespace {

/// A function of so many results whose body pushes 0, 1, 2, ... and then holds `branches` branches out of it,
/// the last of which is taken where the parameter is not zero.
ModuleBuilder many_branches(std::uint32_t values, std::uint32_t branches) {
  FuncType block{{}, std::vector<ValType>(values, kI32)};
  ModuleBuilder m;
  Bytes body = Bytes{0x02} + sleb(m.type(block));
  for (std::uint32_t i = 0; i < values; ++i) body = body + op::i32_const(static_cast<std::int32_t>(i));
  for (std::uint32_t i = 0; i + 1 < branches; ++i) body = body + op::i32_const(0) + op::br_if(0);
  body = body + op::local_get(0) + op::br_if(0);
  body = body + op::i32_const(1000) + op::i32_add + op::end;  // where it is not taken the last value changes
  for (std::uint32_t i = 1; i < values; ++i) body = body + Bytes{0x73};  // i32.xor
  m.function("f", {{kI32}, {kI32}}, body);
  return m;
}

std::uint64_t code_bytes(std::uint32_t values, std::uint32_t branches) {
  Runtime runtime;
  return runtime.instantiate(many_branches(values, branches)).code().stats().code_bytes;
}

TEST(CompileCost, ABranchStoresTheValuesThatItCarriesOnce) {
  const std::uint64_t few = code_bytes(200, 10);
  const std::uint64_t many = code_bytes(200, 510);
  EXPECT_LT((many - few) / 500, 64U);
}

TEST(RuntimeBranch, CarriesManyValues) {
  Runtime runtime;
  const Instance& instance = runtime.instantiate(many_branches(9, 20));
  EXPECT_THAT(call(instance, "f", {i32(1)}), ReturnsI32(1 ^ 2 ^ 3 ^ 4 ^ 5 ^ 6 ^ 7 ^ 8));
  EXPECT_THAT(call(instance, "f", {i32(0)}), ReturnsI32(1 ^ 2 ^ 3 ^ 4 ^ 5 ^ 6 ^ 7 ^ 1008));
}

}  // namespace
}  // namespace wasmjet::testing
