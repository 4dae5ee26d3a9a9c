#include "spec-tests/fuzz/tier_run.hpp"

#include <cmath>
#include <cstring>

#include "runtime/linker.hpp"
#include "spec-tests/fuzz/generator/generator.hpp"
#include "spec-tests/mutants/mutator.hpp"

namespace wasmjet::fuzz {
namespace {

constexpr std::uint64_t kMaxMemory = 4 * kPageSize;
constexpr std::uint64_t kMaxElements = 256;
constexpr int kMaxReentries = 2;

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) { return mutants::Random(hash ^ value).next(); }

/// Runs one module in a store of its own.
class Run {
 public:
  Run(const Tier& tier, const std::vector<std::uint8_t>& bytes)
      : module_(CompiledModule::decode(tier.engine, bytes, "module")),
        store_(tier.engine, {.max_memory_bytes = kMaxMemory,
                             .max_reserved_bytes = tier.explicit_bounds ? kMaxMemory : UINT64_MAX,
                             .max_table_elements = kMaxElements}) {}

  Transcript take() {
    const Instantiated made = store_.instantiate(module_, imports(), "module");
    instance_ = made.instance;
    transcript_.push_back("start: " + to_text(made.trap));
    for (int round = 0; round < 2; ++round) {
      for (const Export& exported : module_->module().exports) {
        if (exported.kind == ExternKind::function) call(exported, round);
      }
    }
    record_state();
    return std::move(transcript_);
  }

 private:
  std::vector<Extern> imports() {
    const Module& module = module_->module();
    std::vector<Extern> values;
    for (const Import& import : module.imports) {
      switch (import.kind) {
        case ExternKind::function:
          values.emplace_back(host_function(module.function_type(import.index)));
          break;
        case ExternKind::table:
          values.emplace_back(&store_.create_table(module.tables[import.index]));
          break;
        case ExternKind::memory:
          values.emplace_back(&store_.create_memory(module.memories[import.index]));
          break;
        default: {
          const GlobalType type = module.globals[import.index].type;
          values.emplace_back(&store_.create_global(type, argument(type.type, import.index)));
        }
      }
    }
    return values;
  }

  Func host_function(const FuncType& type) {
    return store_.create_function(
        type, [this, type](Caller& caller, Value* values) { return answer(caller, type, values); });
  }

  /// What a host function does, decided by its arguments: it fails, grows the caller's memory, calls back.
  HostResult answer(const Caller& caller, const FuncType& type, Value* values) {
    std::uint64_t hash = type.params.size();
    for (std::size_t i = 0; i < type.params.size(); ++i) hash = mix(hash, number(type.params[i], values[i]));
    host_ = mix(host_, hash);
    Instance* const instance = caller.instance();
    switch (hash % 16) {
      case 0:
        return HostResult::failure("the host says no");
      case 1:
        if (instance != nullptr && !instance->module().memories.empty()) instance->memory(0).grow(1);
        break;
      case 2:
      case 3:
        if (instance != nullptr && reentries_ < kMaxReentries) call_back(*instance, hash);
        break;
      default:
        break;
    }
    for (std::size_t i = 0; i < type.results.size(); ++i) values[i] = argument(type.results[i], hash + i);
    return HostResult::ok();
  }

  void call_back(const Instance& instance, std::uint64_t hash) {
    ++reentries_;
    const std::uint32_t count = static_cast<std::uint32_t>(instance.module().functions.size());
    const Func function = instance.function(static_cast<std::uint32_t>(hash / 16 % count));
    const Outcome outcome = function.call(arguments(function.type(), hash));
    host_ = mix(host_, outcome.ok() ? 0 : static_cast<std::uint64_t>(outcome.trap->code));
    --reentries_;
  }

  Value argument(ValType type, std::uint64_t seed) const {
    mutants::Random random(seed);
    Value value{};
    const std::uint64_t bits = random.below(3) == 0 ? random.next() : random.below(300) - 40;
    switch (type.kind()) {
      case ValKind::f32:
        value.f32 = static_cast<float>(static_cast<std::int64_t>(bits)) / 4;
        break;
      case ValKind::f64:
        value.f64 = static_cast<double>(static_cast<std::int64_t>(bits)) / 4;
        break;
      case ValKind::ref:
        if (type == kExternRef) {
          value.u64 = bits % 4;
        } else if (instance_ != nullptr && bits % 2 == 0) {
          value.ref = instance_->func_ref(
              static_cast<std::uint32_t>(bits / 2 % instance_->module().functions.size()));
        }
        break;
      default:
        value.u64 = type == kI32 ? static_cast<std::uint32_t>(bits) : bits;
    }
    return value;
  }

  std::vector<Value> arguments(const FuncType& type, std::uint64_t seed) const {
    std::vector<Value> values;
    values.reserve(type.params.size());
    for (std::size_t i = 0; i < type.params.size(); ++i) {
      values.push_back(argument(type.params[i], mix(seed, i)));
    }
    return values;
  }

  void call(const Export& exported, int round) {
    instance_->find_global("fuel")->address()->i32 = kFuel;
    const Func function = instance_->function(exported.index);
    const Outcome outcome =
        function.call(arguments(function.type(), static_cast<std::uint64_t>(round) << 32 | exported.index));
    std::string line = exported.name + ": " + to_text(outcome.trap);
    for (std::size_t i = 0; i < outcome.values.size(); ++i) {
      line += " " + to_text(function.type().results[i], outcome.values[i]);
    }
    transcript_.push_back(line);
  }

  void record_state() {
    const Module& module = module_->module();
    for (std::uint32_t g = 0; g < module.globals.size(); ++g) {
      transcript_.push_back("global " + std::to_string(g) + ": " +
                            to_text(module.globals[g].type.type, instance_->global(g).get()));
    }
    for (std::uint32_t t = 0; t < module.tables.size(); ++t) {
      std::string line = "table " + std::to_string(t) + ":";
      const TableInstance& table = instance_->table(t);
      for (std::uint64_t i = 0; i < table.length(); ++i) {
        Value value{};
        value.ref = table.get(i);
        line += " " + to_text(module.tables[t].element, value);
      }
      transcript_.push_back(line);
    }
    if (!module.memories.empty()) transcript_.push_back(to_text(instance_->memory(0)));
    transcript_.push_back("host: " + std::to_string(host_));
  }

  /// The bits that tell values apart: one NaN is like another.
  std::uint64_t number(ValType type, const Value& value) const {
    switch (type.kind()) {
      case ValKind::i32:
        return value.u32;
      case ValKind::f32:
        return std::isnan(value.f32) ? UINT64_MAX : value.u32;
      case ValKind::f64:
        return std::isnan(value.f64) ? UINT64_MAX : value.u64;
      case ValKind::ref:
        return type == kExternRef ? value.u64 : function_number(value.ref);
      default:
        return value.u64;
    }
  }

  /// 0 for null, else the function's index plus 1.
  std::uint64_t function_number(const void* ref) const {
    if (ref == nullptr || instance_ == nullptr) return 0;
    for (std::uint32_t f = 0; f < instance_->module().functions.size(); ++f) {
      if (instance_->func_ref(f) == ref) return f + 1;
    }
    return UINT64_MAX;
  }

  std::string to_text(ValType type, const Value& value) const {
    return to_string(type) + ":" + std::to_string(number(type, value));
  }

  static std::string to_text(const MemoryInstance& memory) {
    std::uint64_t hash = 0;
    for (std::uint64_t at = 0; at < memory.byte_size(); at += 8) {
      std::uint64_t word;
      std::memcpy(&word, memory.data() + at, sizeof word);
      if (word != 0) hash = mix(hash, word + at);
    }
    return "memory: " + std::to_string(memory.pages()) + " pages, hash " + std::to_string(hash);
  }

  static std::string to_text(const std::optional<Trap>& trap) {
    if (!trap) return "returns";
    std::string text = "traps: " + trap->message + " at";
    for (const TraceFrame& frame : trap->frames) {
      text += " " + std::to_string(frame.function) + "+" + std::to_string(frame.offset);
    }
    return text;
  }

  std::shared_ptr<CompiledModule> module_;
  Store store_;
  Instance* instance_ = nullptr;
  Transcript transcript_;
  std::uint64_t host_ = 0;
  int reentries_ = 0;
};

}  // namespace

Transcript run_module(const Tier& tier, const std::vector<std::uint8_t>& module) {
  return Run(tier, module).take();
}

}  // namespace wasmjet::fuzz
