/// What the compiler's design promises about the code it makes, seen in the disassembly (x86-64).

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "jit/disassembler.hpp"
#include "spec-tests/runtime_fixture.hpp"

namespace wasmjet::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// The machine instructions of one function, in order, without their places; labels stand as "L1:".
std::vector<std::string> machine_code(const ModuleBuilder& builder, std::uint32_t function) {
  Engine engine{jit::make_executor({.assert_invariants = false, .target = jit::Target::x64})};
  const auto module = CompiledModule::decode(engine, builder.build(), "test");
  CompileOptions options;
  options.memories.assign(module->module().memories.size(), MemoryBounds::guarded);
  options.instruction_map = true;
  const auto code = module->code(options);
  std::istringstream text(jit::disassemble(
      module->module(), *code, function, [](std::uint32_t f) { return "f" + std::to_string(f); },
      jit::Target::x64));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("L")) lines.push_back(line);
    if (!line.starts_with(" ")) continue;
    const std::size_t place = line.find_first_not_of(' ');
    const std::size_t instruction = line.find_first_not_of(' ', line.find(' ', place));
    lines.push_back(line.substr(instruction));
  }
  return lines;
}

/// The instructions from the last label before the first backward jump up to that jump.
std::vector<std::string> first_loop(const std::vector<std::string>& code) {
  for (std::size_t jump = 0; jump < code.size(); ++jump) {
    if (!code[jump].starts_with("j")) continue;
    const std::string label = code[jump].substr(code[jump].find(' ') + 1) + ":";
    const auto header = std::find(code.begin(), code.begin() + static_cast<std::ptrdiff_t>(jump), label);
    if (header != code.begin() + static_cast<std::ptrdiff_t>(jump)) {
      return {header + 1, code.begin() + static_cast<std::ptrdiff_t>(jump) + 1};
    }
  }
  return {};
}

const Bytes kLtS{0x48}, kLtU{0x49}, kI64Add{0x7C}, kF64Add{0xA0}, kLocalTee{0x22};

/// do i += 1 while (i < n)
TEST(GoldenCode, CountingLoopIsThreeInstructions) {
  ModuleBuilder m;
  const auto f =
      m.function("f", {{kI32}, {kI32}},
                 op::loop + op::local_get(1) + op::i32_const(1) + op::i32_add + kLocalTee + Bytes{1} +
                     op::local_get(0) + kLtS + op::br_if(0) + op::end + op::local_get(1),
                 {kI32});
  const auto loop = first_loop(machine_code(m, f));
  ASSERT_THAT(loop, SizeIs(3));
  EXPECT_THAT(loop[0], AllOf(StartsWith("add "), HasSubstr(", 0x1")));
  EXPECT_THAT(loop[1], StartsWith("cmp "));
  EXPECT_THAT(loop[2], StartsWith("jl "));
}

/// A sum over memory keeps sum, pointer and end in registers and adds from memory.
TEST(GoldenCode, ReductionLoadsOnlyItsElement) {
  ModuleBuilder m;
  m.memory(1);
  const auto f =
      m.function("f", {{kI32, kI32}, {kF64}},
                 op::loop + op::local_get(2) + op::local_get(0) + op::access(0x2B) + kF64Add +
                     op::local_set(2) + op::local_get(0) + op::i32_const(8) + op::i32_add + kLocalTee +
                     Bytes{0} + op::local_get(1) + kLtU + op::br_if(0) + op::end + op::local_get(2),
                 {kF64});
  const auto loop = first_loop(machine_code(m, f));
  ASSERT_THAT(loop, SizeIs(4));
  EXPECT_THAT(loop[0], AllOf(HasSubstr("addsd"), HasSubstr("[r15")));
  EXPECT_THAT(loop, Not(Contains(HasSubstr("[rbp"))));
}

TEST(GoldenCode, CallStoresNoArgumentToMemory) {
  ModuleBuilder m;
  const FuncType binary{{kI32, kI32}, {kI32}};
  const auto callee = m.function("", binary, op::local_get(0) + op::local_get(1) + op::i32_sub);
  const auto caller = m.function("f", binary,
                                 op::local_get(0) + op::i32_const(1) + op::i32_add + op::local_get(1) +
                                     op::i32_const(2) + op::i32_add + op::call(callee));
  const auto code = machine_code(m, caller);
  EXPECT_THAT(code, Contains(StartsWith("call ")));
  // Behind the prologue nothing is written to memory.
  EXPECT_THAT(code, Not(Contains(StartsWith("mov ["))));
  EXPECT_THAT(code, Not(Contains(StartsWith("mov dword ptr ["))));
}

/// fib(n) = n < 2 ? n : fib(n - 1) + fib(n - 2)
TEST(GoldenCode, FibReloadsNoLiveLocal) {
  ModuleBuilder m;
  const Bytes body = op::local_get(0) + op::i32_const(2) + kLtS + Bytes{0x04, 0x7F} + op::local_get(0) +
                     Bytes{0x05} + op::local_get(0) + op::i32_const(1) + op::i32_sub + op::call(0) +
                     op::local_get(0) + op::i32_const(2) + op::i32_sub + op::call(0) + op::i32_add + op::end;
  const auto f = m.function("fib", {{kI32}, {kI32}}, body);
  const auto code = machine_code(m, f);
  // Frame accesses: the callee-saved home is saved and restored; fib(n - 1) waits in its slot.
  const auto reads = std::count_if(code.begin(), code.end(), [](const std::string& line) {
    return line.find(", [rbp") != std::string::npos;
  });
  EXPECT_LE(reads, 2) << ::testing::PrintToString(code);
  EXPECT_THAT(code, Contains(StartsWith("lea edi, [rbx-0x2]")));
}

TEST(GoldenCode, CompareThatFeedsABranchMakesNoBoolean) {
  ModuleBuilder m;
  const auto f = m.function("f", {{kI32, kI32}, {kI32}},
                            op::block + op::local_get(0) + op::local_get(1) + kLtU + op::i32_eqz +
                                op::br_if(0) + op::i32_const(7) + Bytes{0x0F} + op::end + op::i32_const(9));
  const auto code = machine_code(m, f);
  EXPECT_THAT(code, Not(Contains(StartsWith("set"))));
  EXPECT_THAT(code, Contains(StartsWith("jnb ")));
}

TEST(GoldenCode, MaskTestUsesTest) {
  ModuleBuilder m;
  const auto f = m.function("f", {{kI32}, {kI32}},
                            op::block + op::local_get(0) + op::i32_const(4) + Bytes{0x71} + op::br_if(0) +
                                op::i32_const(7) + Bytes{0x0F} + op::end + op::i32_const(9));
  EXPECT_THAT(machine_code(m, f), Contains(StartsWith("test ")));
}

TEST(GoldenCode, ArrayIndexIsOneAddressComputation) {
  ModuleBuilder m;
  m.memory(1);
  const auto f = m.function("f", {{kI32, kI32}, {kI32}},
                            op::local_get(0) + op::local_get(1) + op::i32_const(2) + Bytes{0x74} +
                                op::i32_add + op::access(0x28, 16));
  const auto code = machine_code(m, f);
  EXPECT_THAT(code, Contains(AllOf(StartsWith("lea "), HasSubstr("*4]"))));
  EXPECT_THAT(code, Contains(AllOf(StartsWith("mov "), HasSubstr("[r15+"), HasSubstr("+0x10]"))));
}

TEST(GoldenCode, BoundsAreCheckedOnlyWithoutReservation) {
  ModuleBuilder m;
  m.memory(1);
  const auto f = m.function("f", {{kI32}, {kI32}}, op::local_get(0) + op::access(0x28));
  EXPECT_THAT(machine_code(m, f), Not(Contains(StartsWith("cmp "))));
}

}  // namespace
}  // namespace wasmjet::testing
