#include "runtime/instantiation.hpp"

#include <stdexcept>

#include "runtime/activation.hpp"
#include "runtime/bulk.hpp"
#include "runtime/const_code.hpp"
#include "runtime/executable.hpp"
#include "runtime/store.hpp"
#include "runtime/store_types.hpp"

namespace wasmjet {

Instantiation::Instantiation(Store& store, std::shared_ptr<const CompiledModule> module,
                             std::span<const Extern> imports, std::string name)
    : store_(store),
      imports_(imports),
      instance_(std::make_unique<Instance>(store, std::move(module), std::move(name))),
      module_(instance_->module()),
      layout_(instance_->compiled_module().layout()) {
  bool match = imports.size() == module_.imports.size();
  for (std::size_t i = 0; match && i < imports.size(); ++i) {
    match = matches(imports[i], module_, type_ids(), module_.imports[i]);
  }
  if (!match) throw std::invalid_argument("imports that do not match the module's");
}

template <class T>
T& Instantiation::at(std::uint32_t offset) const {
  return *reinterpret_cast<T*>(reinterpret_cast<std::uint8_t*>(instance_->context()) + offset);
}

std::unique_ptr<Instance> Instantiation::allocate(const std::atomic<bool>* cancel) {
  require_executable(module_);
  VmContext& context = *instance_->context();
  context.store = &store_.context();
  context.instance = instance_.get();
  for (std::size_t i = 0; i < kBuiltinCount; ++i) context.builtins[i] = store_.engine().builtins()[i];

  take_imports();
  create_memories();
  create_tables();
  // How memories are bounded is part of the code, so code comes after them.
  CompileOptions options;
  options.cancel = cancel;
  options.instruction_map = store_.maps_instructions();
  for (const MemoryInstance* memory : instance_->memories_) options.memories.push_back(memory->bounds());
  instance_->code_ = instance_->compiled_module().code(std::move(options));
  create_functions();
  create_globals();
  create_tags();
  create_segments();
  return std::move(instance_);
}

void Instantiation::take_imports() {
  for (std::size_t i = 0; i < imports_.size(); ++i) {
    const std::uint32_t index = module_.imports[i].index;
    switch (kind_of(imports_[i])) {
      case ExternKind::function:
        *instance_->func_ref(index) = *std::get<Func>(imports_[i]).ref();
        break;
      case ExternKind::table:
        instance_->tables_.push_back(std::get<TableInstance*>(imports_[i]));
        at<TableRecord*>(layout_.table_pointer(index)) = instance_->tables_.back()->record();
        break;
      case ExternKind::memory:
        instance_->memories_.push_back(std::get<MemoryInstance*>(imports_[i]));
        break;
      case ExternKind::global:
        instance_->globals_.push_back(std::get<GlobalInstance*>(imports_[i]));
        at<Value*>(layout_.global_pointer(index)) = instance_->globals_.back()->address();
        break;
      case ExternKind::tag:
        instance_->tags_.push_back(std::get<TagInstance*>(imports_[i]));
        break;
    }
  }
}

void Instantiation::create_memories() {
  const auto count = static_cast<std::uint32_t>(module_.memories.size());
  for (std::uint32_t m = module_.imported_memories; m < count; ++m) {
    instance_->own_memories_.push_back(std::make_unique<MemoryInstance>(
        module_.memories[m], store_.memory_budget(), &at<MemoryRecord>(layout_.memory_record(m)),
        store_.limits().max_reserved_bytes));
    instance_->memories_.push_back(instance_->own_memories_.back().get());
  }
  for (std::uint32_t m = 0; m < count; ++m) {
    at<MemoryRecord*>(layout_.memory_pointer(m)) = instance_->memories_[m]->record();
  }
  if (count != 0) {
    instance_->context()->memory0 = instance_->memories_[0]->record();
    instance_->context()->memory0_base = instance_->memories_[0]->data();
  }
}

void Instantiation::create_tables() {
  for (auto t = module_.imported_tables; t < module_.tables.size(); ++t) {
    const std::optional<ConstExpr>& init = module_.table_inits[t];
    instance_->own_tables_.push_back(std::make_unique<TableInstance>(
        outside_type(module_.tables[t], type_ids()), init ? evaluate(*instance_, *init).ref : nullptr,
        store_.table_budget(), &at<TableRecord>(layout_.table_record(t))));
    instance_->tables_.push_back(instance_->own_tables_.back().get());
  }
}

void Instantiation::create_functions() {
  for (auto f = module_.imported_functions; f < module_.functions.size(); ++f) {
    const interpreter::Function* bytecode = instance_->code_->bytecode(f);
    const FuncKind kind = bytecode == nullptr ? FuncKind::compiled : FuncKind::interpreted;
    *instance_->func_ref(f) = {instance_->code_->entry(f), instance_->context(),
                               type_ids()[module_.functions[f]], kind, bytecode};
  }
}

void Instantiation::create_globals() {
  for (auto g = module_.imported_globals; g < module_.globals.size(); ++g) {
    const Global& global = module_.globals[g];
    instance_->own_globals_.push_back(std::make_unique<GlobalInstance>(outside_type(global.type, type_ids()),
                                                                       evaluate(*instance_, global.init),
                                                                       &at<Value>(layout_.global_value(g))));
    instance_->globals_.push_back(instance_->own_globals_.back().get());
  }
}

void Instantiation::create_tags() {
  for (auto t = module_.imported_tags; t < module_.tags.size(); ++t) {
    const std::uint32_t id = type_ids()[module_.tags[t]];
    instance_->own_tags_.push_back(
        std::make_unique<TagInstance>(TagInstance{id, store_.engine().type(id).type}));
    instance_->tags_.push_back(instance_->own_tags_.back().get());
  }
}

void Instantiation::create_segments() {
  for (const ElementSegment& segment : module_.elements) {
    std::vector<void*>& elements = instance_->element_segments_.emplace_back();
    if (segment.mode == SegmentMode::declarative) continue;  // dropped from the beginning
    elements.reserve(segment.items.size());
    for (const ConstExpr& item : segment.items) elements.push_back(evaluate(*instance_, item).ref);
  }
  for (const DataSegment& segment : module_.data) {
    instance_->data_segments_.emplace_back(
        std::span<const std::uint8_t>(module_.bytes).subspan(segment.begin, segment.size));
  }
}

Value Instantiation::evaluate(const Instance& instance, const ConstExpr& expression) {
  Value value{};
  switch (expression.kind) {
    case ConstExpr::Kind::number:
      value.u64 = expression.bits;
      break;
    case ConstExpr::Kind::global_get:
      value = instance.global(expression.index).get();
      break;
    case ConstExpr::Kind::ref_null:
      break;
    case ConstExpr::Kind::code:
      return evaluate_const_code(instance, expression);
    case ConstExpr::Kind::ref_func:
      value.ref = instance.func_ref(expression.index);
      break;
  }
  return value;
}

std::optional<Trap> Instantiation::initialize(Instance& instance) {
  const Module& module = instance.module();
  const auto trap = [&instance](TrapCode code) { return describe_trap(instance.store(), code); };
  for (std::uint32_t i = 0; i < module.elements.size(); ++i) {
    const ElementSegment& segment = module.elements[i];
    if (segment.mode != SegmentMode::active) continue;
    const std::uint32_t offset = evaluate(instance, segment.offset).u32;
    const TrapCode code = table_init(instance, segment.table, i, offset, 0, segment.items.size());
    if (code != TrapCode::none) return trap(code);
    instance.drop_element_segment(i);
  }
  for (std::uint32_t i = 0; i < module.data.size(); ++i) {
    const DataSegment& segment = module.data[i];
    if (segment.mode != SegmentMode::active) continue;
    const std::uint32_t offset = evaluate(instance, segment.offset).u32;
    const TrapCode code = memory_init(instance, segment.memory, i, offset, 0, segment.size);
    if (code != TrapCode::none) return trap(code);
    instance.drop_data_segment(i);
  }
  if (!module.start) return std::nullopt;
  return instance.function(*module.start).call().trap;
}

}  // namespace wasmjet
