#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "decoder/opcodes.hpp"
#include "runtime/interpreter/counters.hpp"
#include "runtime/store.hpp"

namespace wasmjet::cli::counts {

/// A function of a module. Names come from modules: whoever writes them has to escape them.
struct FunctionCount {
  std::string name;         ///< demangled
  std::uint32_t index = 0;  ///< in its module's function index space
  std::uint64_t calls = 0;  ///< how often it was entered
  std::uint64_t instructions = 0;
};

struct HostCount {
  std::string module, name;  ///< as it was imported
  std::uint64_t calls = 0;
};

struct LoopCount {
  std::uint32_t function = 0;  ///< in ModuleCounts::functions
  std::uint32_t begin = 0;     ///< offset of `loop` in the module
  std::uint32_t end = 0;       ///< one past its `end`
  std::uint32_t depth = 1;     ///< in how many loops of the function it is, itself included
  std::uint64_t entries = 0;
  std::uint64_t iterations = 0;  ///< how often its body was begun
};

/// An instruction that chooses where to go on: `if`, `br_if`, `br_table`.
struct BranchCount {
  std::uint32_t function = 0;  ///< in ModuleCounts::functions
  std::uint32_t offset = 0;    ///< in the module
  Opcode opcode = Opcode::nop;
  std::uint64_t executed = 0;
  std::vector<std::uint64_t> taken;  ///< of br_table by label, the default last; of others when it was true
};

/// An instruction of the specification, wherever it stands.
struct InstructionCount {
  Opcode opcode = Opcode::nop;
  std::uint64_t count = 0;    ///< how often it was begun
  std::uint64_t bytes = 0;    ///< of memory that it read, wrote, or added
  std::uint64_t trapped = 0;  ///< of loads and stores: they have read or written nothing
};

struct ModuleCounts {
  std::string name;  ///< the instance's
  std::uint64_t instructions = 0;
  std::uint64_t calls = 0;
  std::vector<FunctionCount> functions;   ///< all, by index
  std::vector<LoopCount> loops;           ///< those that ran, by place
  std::vector<BranchCount> branches;      ///< those that ran, by place
  std::vector<InstructionCount> opcodes;  ///< those that ran, the most frequent first
};

/// All that ran, exactly.
struct Counts {
  std::string command;  ///< module and arguments
  std::string ended;    ///< "with exit code 0", ...
  std::uint64_t instructions = 0;
  std::uint64_t calls = 0;            ///< of functions of modules
  std::uint64_t host_calls = 0;       ///< of functions of the host
  std::vector<ModuleCounts> modules;  ///< in the order in which they were instantiated
  std::vector<HostCount> host;        ///< all that are imported, the most frequent first
};

/// A module that was instantiated, and its counters.
struct CountedModule {
  const Instance* instance;
  const interpreter::Counters* counters;
};
/// All that have functions which are counted, each once.
std::vector<CountedModule> counted_modules(const Store& store);

/// Whether an instruction accesses linear memory, or its size.
bool concerns_memory(Opcode op);
bool is_load(Opcode op);
bool is_store(Opcode op);

/// The most frequent first, then by name; what has one name in the specification is one.
void sort_opcodes(std::vector<InstructionCount>& opcodes);

/// Collects what ran in a store whose engine counts (interpreter::make_counting_executor()). Does not set
/// what only the command knows: command and ended.
Counts collect(const Store& store);

}  // namespace wasmjet::cli::counts
