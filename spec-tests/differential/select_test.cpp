/// select, with operands of every kind, conditions that the compiler fuses and such that it does not, and
/// results that go to each place.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "spec-tests/differential/code.hpp"
#include "spec-tests/differential/numeric_shapes.hpp"
#include "spec-tests/differential/tiers.hpp"

namespace wasmjet::testing {
namespace {

enum class Condition : std::uint8_t {
  constant_0,
  constant_1,
  local,
  temporary,
  eqz,
  mask,
  compare,
  float_compare
};
constexpr Condition kConditions[] = {Condition::constant_0, Condition::constant_1,   Condition::local,
                                     Condition::temporary,  Condition::eqz,          Condition::mask,
                                     Condition::compare,    Condition::float_compare};
enum class Target : std::uint8_t { stack, local, first, second };
constexpr Target kTargets[] = {Target::stack, Target::local, Target::first, Target::second};
constexpr std::int32_t kConditionValues[] = {0, 1, 2, -1};

// Parameters of the functions, and a local of the values' type.
constexpr std::uint32_t kFirst = 0, kSecond = 1, kCondition = 2, kResult = 3;

Bytes condition_code(Condition condition) {
  const Bytes get = op::local_get(kCondition);
  switch (condition) {
    case Condition::constant_0:
      return op::i32_const(0);
    case Condition::constant_1:
      return op::i32_const(1);
    case Condition::local:
      return get;
    case Condition::temporary:
      return get + to_temporary(kI32);
    case Condition::eqz:
      return get + op::i32_eqz;
    case Condition::mask:
      return get + op::i32_const(2) + plain(Opcode::i32_and);
    case Condition::compare:
      return get + op::i32_const(1) + plain(Opcode::i32_lt_s);
    case Condition::float_compare:
      return get + plain(Opcode::f64_convert_i32_s) + constant(kF64, 0) + plain(Opcode::f64_gt);
  }
  return {};
}
bool holds(Condition condition, std::int32_t value) {
  switch (condition) {
    case Condition::constant_0:
      return false;
    case Condition::constant_1:
      return true;
    case Condition::local:
    case Condition::temporary:
      return value != 0;
    case Condition::eqz:
      return value == 0;
    case Condition::mask:
      return (value & 2) != 0;
    case Condition::compare:
      return value < 1;
    case Condition::float_compare:
      return value > 0;
  }
  return false;
}

struct SelectFunction {
  OperandKind first, second;
  Condition condition;
  Target target;
};

/// Bits that no conversion on the way would keep: signalling NaNs.
std::uint64_t first_bits(ValType type) {
  return type == kI32 || type == kF32 ? 0x7F80'0001 : 0x7FF0'0000'0000'0001;
}
std::uint64_t second_bits(ValType type) {
  return type == kI32 || type == kF32 ? 0xFF80'0002 : 0xFFF0'0000'0000'0002;
}

Bytes body(const SelectFunction& f, ValType type) {
  Bytes code;
  if (f.first == OperandKind::frame || f.second == OperandKind::frame) {
    std::vector<std::uint32_t> homes;
    if (f.first != OperandKind::frame) homes.push_back(kFirst);
    if (f.second != OperandKind::frame) homes.push_back(kSecond);
    code = use_crowd(kResult + 1, homes);
  }
  code = code + operand(f.first, type, kFirst, first_bits(type)) +
         operand(f.second, type, kSecond, second_bits(type)) + condition_code(f.condition) +
         plain(Opcode::select);
  const std::uint32_t to = f.target == Target::first    ? kFirst
                           : f.target == Target::second ? kSecond
                                                        : kResult;
  return f.target == Target::stack ? code : code + op::local_set(to) + op::local_get(to);
}

std::vector<SelectFunction> functions() {
  std::vector<SelectFunction> all;
  for (const OperandKind first : kOperandKinds) {
    for (const OperandKind second : kOperandKinds) {
      for (const Condition condition : kConditions) {
        for (const Target target : kTargets) all.push_back({first, second, condition, target});
      }
    }
  }
  return all;
}

class Select : public ::testing::TestWithParam<ValKind> {};

TEST_P(Select, AllTiersChooseTheSame) {
  const ValType type = GetParam();
  const std::vector<SelectFunction> all = functions();
  ASSERT_EQ(all.size(), std::size(kOperandKinds) * std::size(kOperandKinds) * std::size(kConditions) *
                            std::size(kTargets));
  ModuleBuilder module;
  for (const SelectFunction& f : all) {
    std::vector<ValType> locals{type};
    add_crowd(locals);
    module.function("", {{type, type, kI32}, {type}}, body(f, type), locals);
  }
  const Bytes bytes = module.build();
  const std::uint64_t mask = type == kI32 || type == kF32 ? 0xFFFF'FFFF : ~std::uint64_t{0};
  for (const Tier& tier : tiers()) {
    const TierInstance running(tier, bytes);
    for (std::uint32_t i = 0; i < all.size(); ++i) {
      for (const std::int32_t condition : kConditionValues) {
        Value args[3] = {};
        args[0].u64 = first_bits(type);
        args[1].u64 = second_bits(type);
        args[2].i32 = condition;
        const Outcome outcome = running.instance->function(i).call(args);
        ASSERT_TRUE(outcome.ok()) << outcome.trap->message;
        const std::uint64_t expected =
            holds(all[i].condition, condition) ? first_bits(type) : second_bits(type);
        EXPECT_EQ(outcome.values[0].u64 & mask, expected)
            << fmt::format("{}: operands {} {}, condition {} of {}, target {}", tier.name,
                           static_cast<int>(all[i].first), static_cast<int>(all[i].second),
                           static_cast<int>(all[i].condition), condition, static_cast<int>(all[i].target));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Type, Select,
                         ::testing::Values(ValKind::i32, ValKind::i64, ValKind::f32, ValKind::f64));

}  // namespace
}  // namespace wasmjet::testing
