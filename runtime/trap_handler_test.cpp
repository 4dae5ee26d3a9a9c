#include "runtime/trap_handler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "runtime/fake_executor.hpp"
#include "runtime/test_code.hpp"
#include "runtime/watchdog.hpp"

// Traps without a compiler, on hand-written machine code.

namespace wasmjet {
namespace {

using ::testing::ElementsAre;

enum : std::uint32_t {
  kUnreachable,
  kCalls,
  kSpin,
  kDivide,
  kLoad,
  kRecurse,
  kOverrun,
  kCallHost,
  kFunctions
};

std::uint32_t at(const std::uint8_t* symbol) { return static_cast<std::uint32_t>(symbol - test_code_begin); }

class AssemblyCode final : public ModuleCode {
 public:
  AssemblyCode() {
    const std::uint8_t* starts[] = {test_unreachable, test_calls,   test_spin,      test_divide,  test_load,
                                    test_recurse,     test_overrun, test_call_host, test_code_end};
    map_.begin = test_code_begin;
    map_.size = at(test_code_end);
    for (std::uint32_t f = 0; f < kFunctions; ++f) {
      map_.functions.push_back({at(starts[f]), at(starts[f + 1]), f, 100 * f});
    }
    map_.rows = {CodeRow::make(at(test_host_trap), 0, TrapCode::host),
                 CodeRow::make(at(test_unreachable_trap), 1, TrapCode::unreachable),
                 CodeRow::make(at(test_calls_return), 2, TrapCode::none),
                 CodeRow::make(at(test_divide_trap), 3, TrapCode::integer_division, 6),
                 CodeRow::make(at(test_load_trap), 4, TrapCode::memory_out_of_bounds),
                 CodeRow::make(at(test_recurse_return), 5, TrapCode::none),
                 CodeRow::make(at(test_recurse_trap), 6, TrapCode::stack_overflow),
                 CodeRow::make(at(test_overrun_return), 7, TrapCode::none),
                 CodeRow::make(at(test_call_host_return), 8, TrapCode::none)};
    CodeRegistry::add(&map_);
  }
  ~AssemblyCode() override { CodeRegistry::remove(&map_); }
  void* entry(std::uint32_t f) const override {
    return const_cast<std::uint8_t*>(map_.begin + map_.functions[f].code_begin);
  }
  const interpreter::Function* bytecode(std::uint32_t) const override { return nullptr; }
  const CodeMap& map() const override { return map_; }
  const std::vector<InstructionMark>& instruction_map() const override { return marks_; }
  const CompileStats& stats() const override { return stats_; }

 private:
  CodeMap map_;
  std::vector<InstructionMark> marks_;
  CompileStats stats_;
};

class AssemblyExecutor final : public Executor {
 public:
  std::shared_ptr<const ModuleCode> compile(const Module&, const VmLayout&, const std::vector<std::uint32_t>&,
                                            const CompileOptions&) override {
    return std::make_shared<AssemblyCode>();
  }
  EnterFunction enter_function(const FuncType&) override {
    return reinterpret_cast<EnterFunction>(reinterpret_cast<std::uintptr_t>(test_enter));
  }
  void* host_stub(const FuncType&) override { return const_cast<std::uint8_t*>(test_host_stub); }
  void* builtin_thunk(Builtin, void* target) override { return target; }
};

class TrapTest : public ::testing::Test {
 protected:
  TrapTest() {
    Module module;
    module.types = {{{kI32}, {kI32}}};
    module.functions.assign(kFunctions, 0);
    module.globals = {{{kExternRef, true}, {}}};
    linker_.define("env", "memory", &store_.create_memory({{1, {}}}));
    module.memories = {{{1, {}}}};
    module.imported_memories = 1;
    module.imports = {{"env", "memory", ExternKind::memory, 0}};
    auto compiled = std::make_shared<CompiledModule>(engine_, std::move(module));
    instance_ = linker_.instantiate(std::move(compiled), "asm").instance;
  }

  Outcome call(std::uint32_t function, std::int32_t argument = 0) {
    Value value{};
    value.i32 = argument;
    return instance_->function(function).call(std::span(&value, 1));
  }
  void set_host(HostCallback callback) {
    const Func func = store_.create_function({{kI32}, {kI32}}, std::move(callback));
    Value value{};
    value.ref = func.ref()->context;
    instance_->global(0).set(value);
  }

  Engine engine_{std::make_unique<AssemblyExecutor>()};
  Store store_{engine_};
  Linker linker_{store_};
  Instance* instance_ = nullptr;
};

std::vector<std::uint64_t> offsets(const Trap& trap) {
  std::vector<std::uint64_t> result;
  result.reserve(trap.frames.size());
  for (const TraceFrame& frame : trap.frames) result.push_back(frame.offset);
  return result;
}

TEST_F(TrapTest, LeavesWithABacktrace) {
  const Outcome outcome = call(kCalls);
  ASSERT_TRUE(outcome.trap);
  EXPECT_EQ(outcome.trap->message, "unreachable");
  EXPECT_THAT(offsets(*outcome.trap), ElementsAre(1, 102));
  EXPECT_EQ(outcome.trap->frames[0].name, "func[0]");
  EXPECT_EQ(outcome.trap->frames[0].module, "asm");
  EXPECT_EQ(outcome.trap->frames[1].function, 1U);
  EXPECT_EQ(store_.context().entry, nullptr);
}

TEST_F(TrapTest, TellsTheTwoDivisionErrorsApart) {
  EXPECT_EQ(call(kDivide, 0).trap->code, TrapCode::integer_divide_by_zero);
  EXPECT_EQ(call(kDivide, -1).trap->code, TrapCode::integer_overflow);
  EXPECT_EQ(call(kDivide, 2).values[0].i32, -0x40000000);
}

TEST_F(TrapTest, GuardPagesEndMemory) {
  EXPECT_EQ(call(kLoad, -1).trap->code, TrapCode::memory_out_of_bounds);
  EXPECT_EQ(call(kLoad, 0).trap->code, TrapCode::memory_out_of_bounds);
  EXPECT_TRUE(store_.context().backtrace.count == 1);
}

TEST_F(TrapTest, KeepsBothEndsOfDeepStacks) {
  const Trap trap = *call(kRecurse, -1).trap;
  EXPECT_EQ(trap.message, "call stack exhausted");
  EXPECT_GT(trap.depth, 20'000U);
  ASSERT_EQ(trap.frames.size(), 128U);
  EXPECT_EQ(trap.frames[0].offset, 506U);
  EXPECT_EQ(trap.frames[64].number, trap.depth - 64);
  EXPECT_EQ(trap.frames[127].number, trap.depth - 1);
  EXPECT_TRUE(call(kRecurse, 1000).ok());
}

TEST_F(TrapTest, StackGuardIsASecondLine) {
  for (int i = 0; i < 2; ++i) EXPECT_EQ(call(kOverrun).trap->code, TrapCode::stack_overflow);
  std::thread([this] { EXPECT_EQ(call(kOverrun).trap->code, TrapCode::stack_overflow); }).join();
}

TEST_F(TrapTest, HostFunctionsEndWasm) {
  set_host([](Caller& caller, Value* values) {
    EXPECT_EQ(caller.memory().size(), kPageSize);
    values[0].i32 += 2;
    return HostResult::ok();
  });
  EXPECT_EQ(call(kCallHost, 5).values[0].i32, 7);
  set_host([](Caller&, Value*) { return HostResult::exit(42); });
  EXPECT_EQ(call(kCallHost).trap->exit_status, 42U);
  set_host([](Caller&, Value*) -> HostResult { throw std::runtime_error("thrown"); });
  const Trap trap = *call(kCallHost).trap;
  EXPECT_EQ(trap.message, "thrown");
  EXPECT_THAT(offsets(trap), ElementsAre(708));
}

TEST_F(TrapTest, WalksThroughNestedEntries) {
  set_host([this](Caller&, Value* values) {
    if (values[0].i32 == 0) {
      const Trap trap = *call(kCalls).trap;
      EXPECT_THAT(offsets(trap), ElementsAre(1, 102, 708, 708));
      return HostResult::exit(9);
    }
    const Outcome inner = call(kCallHost, values[0].i32 - 1);
    EXPECT_EQ(inner.trap->exit_status, 9U);
    return HostResult::failure("outer");
  });
  const Trap trap = *call(kCallHost, 1).trap;
  EXPECT_EQ(trap.message, "outer");
  EXPECT_THAT(offsets(trap), ElementsAre(708));
}

TEST_F(TrapTest, EndlessNestingIsAStackOverflow) {
  set_host([this](Caller&, Value*) {
    const Outcome inner = call(kCallHost);
    return inner.trap->code == TrapCode::stack_overflow ? HostResult{TrapCode::stack_overflow, 0, {}}
                                                        : HostResult::failure(inner.trap->message);
  });
  EXPECT_EQ(call(kCallHost).trap->message, "call stack exhausted");
}

TEST_F(TrapTest, InterruptEndsALoop) {
  std::thread other([this] {
    while (store_.context().thread.load() == 0) std::this_thread::yield();  // not entered yet
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    store_.interrupt();
  });
  const Trap trap = *call(kSpin).trap;
  other.join();
  EXPECT_EQ(trap.code, TrapCode::interrupted);
  EXPECT_THAT(offsets(trap), ElementsAre(200));
}

TEST_F(TrapTest, WatchdogEndsABlockedHostFunction) {
  set_host([](Caller& caller, Value*) {
    pause();
    EXPECT_TRUE(caller.interrupted());
    return HostResult::ok();
  });
  Watchdog watchdog(std::chrono::milliseconds(20));
  watchdog.watch(&store_);
  EXPECT_EQ(call(kCallHost).trap->code, TrapCode::interrupted);
  EXPECT_TRUE(watchdog.expired());
  EXPECT_TRUE(*watchdog.cancel());
}

TEST_F(TrapTest, ForeignFaultsGoToThePreviousHandler) {
  EXPECT_DEATH(
      {
        set_host([](Caller&, Value*) {
          void* page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
          *static_cast<volatile int*>(page) = 1;
          return HostResult::ok();
        });
        (void)call(kCallHost);
      },
      "");
}

}  // namespace
}  // namespace wasmjet
