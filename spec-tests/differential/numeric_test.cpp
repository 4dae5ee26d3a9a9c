/// Every numeric instruction of the table, in every shape, on every pair of edge values, in every tier,
/// against the oracle.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "spec-tests/differential/edge_values.hpp"
#include "spec-tests/differential/numeric_shapes.hpp"
#include "spec-tests/differential/tiers.hpp"

namespace wasmjet::testing {
namespace {

std::vector<Opcode> numeric_opcodes() {
  std::vector<Opcode> opcodes;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    if (is_numeric(static_cast<Opcode>(i))) opcodes.push_back(static_cast<Opcode>(i));
  }
  return opcodes;
}

// Where operands and results stand in the memory of the module under test.
constexpr std::uint32_t kPairs = 0, kPairSize = 16;
constexpr std::uint32_t kResults = 1 << 16, kResultSize = 8;
constexpr std::uint32_t kMostPairs = kResults / kPairSize;
constexpr std::uint32_t kPages = 2;

/// run(element, pairs, count): calls that element of the table for each pair of operands.
Bytes driver(const std::vector<ValType>& operands, ValType result, std::uint32_t type) {
  constexpr std::uint8_t kLoads[] = {0x28, 0x29, 0x2A, 0x2B}, kStores[] = {0x36, 0x37, 0x38, 0x39};
  const auto row = [](ValType t) { return static_cast<std::size_t>(t.kind()); };
  constexpr std::uint32_t kElement = 0, kCount = 1, kPair = 2, kResult = 3;
  const auto step = [](std::uint32_t local, std::int32_t by) {
    return op::local_get(local) + op::i32_const(by) + op::i32_add + op::local_set(local);
  };
  Bytes code = op::i32_const(kResults) + op::local_set(kResult) + op::block + op::loop +
               op::local_get(kCount) + op::i32_eqz + op::br_if(1) + op::local_get(kResult);
  for (std::uint32_t i = 0; i < operands.size(); ++i) {
    code = code + op::local_get(kPair) + op::access(kLoads[row(operands[i])], kPairs + 8 * i);
  }
  return code + op::local_get(kElement) + op::call_indirect(type) + op::access(kStores[row(result)]) +
         step(kPair, kPairSize) + step(kResult, kResultSize) + step(kCount, -1) + op::br(0) + op::end +
         op::end;
}

/// All functions for one instruction, in one module.
struct NumericModule {
  explicit NumericModule(Opcode op);

  Opcode op;
  NumericTypes types;
  std::vector<std::uint64_t> values[2];  ///< of each operand
  /// What the oracle says of value i and value j: at i + j * values[0].size().
  std::vector<Expected> expected;
  std::vector<NumericFunction> functions;
  Bytes bytes;

 private:
  void ask_oracle();
  void add_functions();
  void build();
};

/// Calls `visit` with every choice of one index below sizes[i] for each i.
template <class Visit>
void for_all(const std::vector<std::size_t>& sizes, const Visit& visit) {
  std::vector<std::size_t> at(sizes.size(), 0);
  for (;;) {
    visit(at);
    std::size_t i = 0;
    while (i < sizes.size() && ++at[i] == sizes[i]) at[i++] = 0;
    if (i == sizes.size()) return;
  }
}

NumericModule::NumericModule(Opcode opcode) : op(opcode), types(opcode) {
  const std::size_t arity = types.operands.size();
  for (std::size_t i = 0; i < arity; ++i) {
    values[i] =
        arity == 1 ? many_edge_values(types.operands[i].kind()) : edge_values(types.operands[i].kind());
  }
  ask_oracle();
  add_functions();
  build();
}

void NumericModule::ask_oracle() {
  const Oracle oracle = find_oracle(text_name(op));
  const std::vector<std::uint64_t> none{0};
  for (const std::uint64_t b : types.operands.size() == 2 ? values[1] : none) {
    for (const std::uint64_t a : values[0]) expected.push_back(oracle(a, b));
  }
}

void NumericModule::add_functions() {
  const std::size_t arity = types.operands.size();
  for (const Shape& shape : shapes_of(types)) {
    for_all(std::vector(arity, std::size(kOperandKinds)), [&](const std::vector<std::size_t>& kind_indices) {
      NumericFunction function{op, {}, {}, shape};
      std::vector<std::size_t> choices;
      for (std::size_t i = 0; i < arity; ++i) {
        function.kinds.push_back(kOperandKinds[kind_indices[i]]);
        choices.push_back(function.kinds[i] == OperandKind::constant ? values[i].size() : 1);
      }
      for_all(choices, [&](const std::vector<std::size_t>& constants) {
        function.constants = constants;
        functions.push_back(function);
      });
    });
  }
}

void NumericModule::build() {
  ModuleBuilder module;
  module.memory(kPages);
  module.export_("memory", ExternKind::memory, 0);
  const std::uint32_t saved = module.global(types.result);
  for (const ValType result : {types.result, kI32}) {
    const std::uint32_t type = module.type({types.operands, {result}});
    module.function(result == types.result ? "run" : "run_flag", {{kI32, kI32}, {}},
                    driver(types.operands, result, type), {kI32, kI32});
    if (types.result == kI32) break;
  }
  std::vector<std::uint32_t> elements;
  for (const NumericFunction& function : functions) {
    std::vector<std::uint64_t> constants;
    constants.reserve(types.operands.size());
    for (std::size_t i = 0; i < types.operands.size(); ++i) {
      constants.push_back(values[i][function.constants[i]]);
    }
    elements.push_back(add_function(module, function, constants, types, saved));
  }
  module.table(static_cast<std::uint32_t>(elements.size()));
  module.element(0, elements);
  bytes = module.build();
}

struct Pair {
  std::uint64_t operands[2];
  Expected expected;
};

/// Runs the functions of a module in one tier, and counts the comparisons.
class NumericRun {
 public:
  NumericRun(const NumericModule& module, const Tier& tier) : module_(module), running_(tier, module.bytes) {}

  std::uint64_t run() {
    for (std::uint32_t i = 0; i < module_.functions.size(); ++i) run_function(i);
    return compared_;
  }

 private:
  void run_function(std::uint32_t index) {
    const NumericFunction& function = module_.functions[index];
    const ValType type = type_of_use(function.shape.use, module_.types);
    const Func driver = running_.instance->find_function(type == module_.types.result ? "run" : "run_flag");
    std::vector<Pair> returning;
    for_each_pair(function, [&](const Pair& pair) {
      if (pair.expected.kind == Expected::Kind::trap) {
        run_trapping(driver, index, pair);
      } else {
        returning.push_back(pair);
      }
    });
    ASSERT_LE(returning.size(), kMostPairs);
    if (const Outcome outcome = call(driver, index, returning); !outcome.ok()) {
      // Which one it is: one by one.
      for (const Pair& pair : returning) run_returning(driver, index, {pair}, type);
    } else {
      compare(index, returning, type);
    }
  }
  void run_returning(const Func& driver, std::uint32_t index, const std::vector<Pair>& pairs, ValType type) {
    const Outcome outcome = call(driver, index, pairs);
    if (outcome.ok()) {
      compare(index, pairs, type);
    } else {
      ++compared_;
      report(index, pairs[0], outcome.trap->message);
    }
  }
  void run_trapping(const Func& driver, std::uint32_t index, const Pair& pair) {
    const Outcome outcome = call(driver, index, {pair});
    ++compared_;
    if (outcome.ok()) {
      report(index, pair, "a result");
    } else if (outcome.trap->code != pair.expected.trap) {
      report(index, pair, outcome.trap->message);
    }
  }

  template <class Visit>
  void for_each_pair(const NumericFunction& function, const Visit& visit) const {
    std::vector<std::size_t> choices;
    choices.reserve(function.kinds.size());
    for (std::size_t i = 0; i < function.kinds.size(); ++i) {
      choices.push_back(function.kinds[i] == OperandKind::constant ? 1 : module_.values[i].size());
    }
    for_all(choices, [&](const std::vector<std::size_t>& at) {
      Pair pair{};
      std::size_t place = 0, stride = 1;
      for (std::size_t i = 0; i < at.size(); ++i) {
        const bool constant = function.kinds[i] == OperandKind::constant;
        const std::size_t value = constant ? function.constants[i] : at[i];
        pair.operands[i] = module_.values[i][value];
        place += stride * value;
        stride *= module_.values[i].size();
      }
      pair.expected = expected_of_use(function.shape.use, module_.expected[place], pair.operands[0],
                                      module_.types.result);
      visit(pair);
    });
  }

  Outcome call(const Func& driver, std::uint32_t index, const std::vector<Pair>& pairs) {
    std::uint8_t* at = memory() + kPairs;
    for (const Pair& pair : pairs) {
      std::memcpy(at, pair.operands, kPairSize);
      at += kPairSize;
    }
    Value args[2] = {};
    args[0].u32 = index;
    args[1].u32 = static_cast<std::uint32_t>(pairs.size());
    return driver.call(args);
  }
  void compare(std::uint32_t index, const std::vector<Pair>& pairs, ValType type) {
    const std::uint8_t* at = memory() + kResults;
    const unsigned width = type == kI32 || type == kF32 ? 32 : 64;
    for (const Pair& pair : pairs) {
      std::uint64_t result = 0;
      std::memcpy(&result, at, width / 8);
      at += kResultSize;
      ++compared_;
      if (!pair.expected.matches(result, width)) report(index, pair, fmt::format("{:#x}", result));
    }
  }

  void report(std::uint32_t index, const Pair& pair, const std::string& got) {
    constexpr unsigned kMost = 10;
    if (++failures_ > kMost) return;
    ADD_FAILURE() << running_.tier << ": " << module_.functions[index].text()
                  << fmt::format(" of {:#x}, {:#x}: {} instead of {}", pair.operands[0], pair.operands[1],
                                 got, pair.expected.text());
  }
  std::uint8_t* memory() { return running_.instance->memory(0).data(); }

  const NumericModule& module_;
  TierInstance running_;
  std::uint64_t compared_ = 0;
  unsigned failures_ = 0;
};

class Numeric : public ::testing::TestWithParam<Opcode> {};

/// The number of comparisons is the product: shapes, and kinds times values for each operand.
TEST_P(Numeric, AllTiersComputeWhatTheOracleDoes) {
  ASSERT_NE(find_oracle(text_name(GetParam())), nullptr) << "the oracle does not know it";
  const NumericModule module(GetParam());
  std::uint64_t product = shapes_of(module.types).size();
  for (unsigned i = 0; i < signature(GetParam()).pops; ++i) {
    ASSERT_GE(module.values[i].size(), 25U);
    product *= std::size(kOperandKinds) * module.values[i].size();
  }
  for (const Tier& tier : tiers()) {
    EXPECT_EQ(NumericRun(module, tier).run(), product) << tier.name;
  }
  RecordProperty("comparisons", std::to_string(product * tiers().size()));
}

std::string opcode_name(const ::testing::TestParamInfo<Opcode>& parameter) {
  std::string name(text_name(parameter.param));
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Opcode, Numeric, ::testing::ValuesIn(numeric_opcodes()), opcode_name);

/// What the compiler's classes of numeric instructions hold is what is tested.
TEST(NumericTable, ClassesAreCovered) {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto op = static_cast<Opcode>(i);
    const LoweringClass lowering = info(op).lowering;
    if (lowering >= LoweringClass::test && lowering <= LoweringClass::convert) {
      EXPECT_TRUE(is_numeric(op)) << text_name(op);
    }
  }
}

}  // namespace
}  // namespace wasmjet::testing
