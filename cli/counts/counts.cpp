#include "cli/counts/counts.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "cli/counts/body.hpp"
#include "cli/profile/demangle.hpp"
#include "decoder/signatures.hpp"
#include "runtime/interpreter/code.hpp"

namespace wasmjet::cli::counts {
namespace {

using interpreter::Counters;

/// What the counters of a module's functions amount to.
class ModuleCollector {
 public:
  ModuleCollector(const Instance& instance, const Counters& counters)
      : module_(instance.module()), compiled_(instance.compiled_module()), counters_(counters) {
    result_.name = instance.name();
  }

  ModuleCounts collect() {
    result_.functions.reserve(module_.bodies.size());
    for (std::uint32_t i = 0; i < module_.bodies.size(); ++i) function(module_.imported_functions + i);
    for (std::size_t op = 0; op < kOpcodeCount; ++op) {
      if (opcodes_[op].count == 0) continue;
      opcodes_[op].opcode = static_cast<Opcode>(op);
      result_.opcodes.push_back(opcodes_[op]);
    }
    sort_opcodes(result_.opcodes);
    return std::move(result_);
  }

 private:
  void function(std::uint32_t index) {
    FunctionCount& counted = result_.functions.emplace_back();
    counted.name = profile::demangle(compiled_.function_name(index));
    counted.index = index;
    counted.calls = counters_.at(module_.body(index).begin);
    if (counted.calls == 0) return;
    result_.calls += counted.calls;
    around_.clear();
    innermost_ = kNone;
    for_each_instruction(module_, index, [&](std::uint32_t offset, Opcode op, const CodeReader& reader) {
      nest(op, reader);
      const std::uint64_t count = counters_.at(offset);
      if (count == 0 || !is_instruction(op)) return;
      counted.instructions += count;
      instruction(offset, op, count);
      if (op == Opcode::loop) loop(offset, count);
      if (op == Opcode::if_ || op == Opcode::br_if) branch(offset, op, count, 1);
      if (op == Opcode::br_table) branch(offset, op, count, label_count(reader));
    });
    result_.instructions += counted.instructions;
  }

  /// Keeps track of the loops around an instruction.
  void nest(Opcode op, CodeReader reader) {
    switch (op) {
      case Opcode::block:
      case Opcode::loop:
      case Opcode::if_:
      case Opcode::try_table:
        around_.push_back({innermost_, depth_, op == Opcode::loop});
        if (op != Opcode::loop) return;
        innermost_ = kNone;
        ++depth_;
        return;
      case Opcode::end:
        if (around_.empty()) return;
        if (around_.back().is_loop && innermost_ != kNone) {
          result_.loops[innermost_].end =
              static_cast<std::uint32_t>(reader.position() - module_.bytes.data());
        }
        innermost_ = around_.back().innermost;
        depth_ = around_.back().depth;
        around_.pop_back();
        return;
      default:
        return;
    }
  }

  void instruction(std::uint32_t offset, Opcode op, std::uint64_t count) {
    InstructionCount& sum = opcodes_[static_cast<std::size_t>(op)];
    sum.count += count;
    if (!concerns_memory(op) || op == Opcode::memory_size || op == Opcode::data_drop) return;
    const std::uint64_t extra = counters_.at(std::uint64_t{offset} + 1);
    if (is_load(op) || is_store(op)) {
      sum.trapped += extra;
      sum.bytes += (count - extra) * access_size(info(op).immediate);
    } else {
      constexpr std::uint64_t kPage = 65536;
      sum.bytes += op == Opcode::memory_grow ? extra * kPage : extra;
    }
  }

  void loop(std::uint32_t offset, std::uint64_t count) {
    const std::uint64_t back = counters_.at(std::uint64_t{offset} + 1);
    innermost_ = static_cast<std::uint32_t>(result_.loops.size());
    result_.loops.push_back({current(), offset, offset, depth_, count - back, count});
  }

  void branch(std::uint32_t offset, Opcode op, std::uint64_t count, std::uint64_t ways) {
    BranchCount& branch = result_.branches.emplace_back();
    branch = {current(), offset, op, count, {}};
    branch.taken.reserve(ways);
    for (std::uint64_t way = 0; way < ways; ++way) branch.taken.push_back(counters_.at(offset + 1 + way));
  }

  std::uint32_t current() const { return static_cast<std::uint32_t>(result_.functions.size() - 1); }

  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Block {
    std::uint32_t innermost;
    std::uint32_t depth;
    bool is_loop;
  };

  const Module& module_;
  const CompiledModule& compiled_;
  const Counters& counters_;
  ModuleCounts result_;
  std::array<InstructionCount, kOpcodeCount> opcodes_{};
  std::vector<Block> around_;        ///< the blocks that are open, and what held before them
  std::uint32_t innermost_ = kNone;  ///< loop that is open, if it ran
  std::uint32_t depth_ = 0;          ///< loops that are open
};

/// A host function has no name but those by which it is imported: the first counts.
std::vector<HostCount> collect_host(const Store& store) {
  std::vector<HostCount> result;
  std::set<const HostFunction*> known;
  for (const auto& instance : store.instances()) {
    for (const Import& import : instance->module().imports) {
      if (import.kind != ExternKind::function) continue;
      const FuncRef& ref = *instance->func_ref(import.index);
      if (ref.kind != FuncKind::host) continue;
      const auto* function = reinterpret_cast<const HostFunction*>(ref.context);
      if (known.insert(function).second) result.push_back({import.module, import.name, function->calls});
    }
  }
  std::ranges::sort(result, [](const HostCount& a, const HostCount& b) {
    return std::tie(b.calls, a.module, a.name) < std::tie(a.calls, b.module, b.name);
  });
  return result;
}

}  // namespace

bool is_load(Opcode op) {
  const LoweringClass lowering = info(op).lowering;
  return lowering == LoweringClass::load || lowering == LoweringClass::vector_load ||
         lowering == LoweringClass::vector_load_lane;
}

bool is_store(Opcode op) {
  const LoweringClass lowering = info(op).lowering;
  return lowering == LoweringClass::store || lowering == LoweringClass::vector_store ||
         lowering == LoweringClass::vector_store_lane;
}

bool concerns_memory(Opcode op) {
  return is_load(op) || is_store(op) || info(op).lowering == LoweringClass::memory;
}

void sort_opcodes(std::vector<InstructionCount>& opcodes) {
  std::map<std::string_view, InstructionCount> by_name;
  for (const InstructionCount& instruction : opcodes) {
    InstructionCount& sum = by_name.try_emplace(text_name(instruction.opcode)).first->second;
    sum.opcode = instruction.opcode;
    sum.count += instruction.count;
    sum.bytes += instruction.bytes;
    sum.trapped += instruction.trapped;
  }
  opcodes.clear();
  for (const auto& [name, sum] : by_name) opcodes.push_back(sum);
  std::ranges::sort(opcodes, [](const InstructionCount& a, const InstructionCount& b) {
    return a.count != b.count ? a.count > b.count : text_name(a.opcode) < text_name(b.opcode);
  });
}

std::vector<CountedModule> counted_modules(const Store& store) {
  std::vector<CountedModule> result;
  std::set<const Counters*> known;
  for (const auto& instance : store.instances()) {
    const Module& module = instance->module();
    if (module.bodies.empty()) continue;
    const interpreter::Function* first = instance->code().bytecode(module.imported_functions);
    const Counters* counters = first == nullptr ? nullptr : first->owner->counters();
    if (counters != nullptr && known.insert(counters).second) result.push_back({instance.get(), counters});
  }
  return result;
}

Counts collect(const Store& store) {
  Counts counts;
  for (const auto& [instance, counters] : counted_modules(store)) {
    counts.modules.push_back(ModuleCollector(*instance, *counters).collect());
    counts.instructions += counts.modules.back().instructions;
    counts.calls += counts.modules.back().calls;
  }
  counts.host = collect_host(store);
  for (const HostCount& function : counts.host) counts.host_calls += function.calls;
  return counts;
}

}  // namespace wasmjet::cli::counts
