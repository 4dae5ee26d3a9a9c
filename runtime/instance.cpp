#include "runtime/instance.hpp"

#include <new>

#include "runtime/store.hpp"

namespace wasmjet {

Instance::Instance(Store& store, std::shared_ptr<const CompiledModule> module, std::string name)
    : store_(store), compiled_(std::move(module)), name_(std::move(name)) {
  static_assert(alignof(std::max_align_t) >= 16, "calloc aligns contexts");
  context_.reset(static_cast<VmContext*>(std::calloc(1, compiled_->layout().size())));
  if (context_ == nullptr) throw std::bad_alloc();
}

FuncRef* Instance::func_ref(std::uint32_t index) const {
  return reinterpret_cast<FuncRef*>(reinterpret_cast<std::uint8_t*>(context_.get()) +
                                    compiled_->layout().func_ref(index));
}

Func Instance::function(std::uint32_t index) const { return {store_, func_ref(index)}; }

Extern Instance::export_value(const Export& exported) const {
  switch (exported.kind) {
    case ExternKind::function:
      return function(exported.index);
    case ExternKind::table:
      return tables_[exported.index];
    case ExternKind::memory:
      return memories_[exported.index];
    case ExternKind::global:
      return globals_[exported.index];
    case ExternKind::tag:
      return tags_[exported.index];
  }
  return Func{};
}

std::optional<Extern> Instance::find_export(std::string_view name) const {
  for (const Export& exported : module().exports) {
    if (exported.name == name) return export_value(exported);
  }
  return std::nullopt;
}

namespace {

template <class T>
T find_as(const Instance& instance, std::string_view name) {
  const auto found = instance.find_export(name);
  const T* value = found ? std::get_if<T>(&*found) : nullptr;
  return value == nullptr ? T{} : *value;
}

}  // namespace

Func Instance::find_function(std::string_view name) const { return find_as<Func>(*this, name); }
MemoryInstance* Instance::find_memory(std::string_view name) const {
  return find_as<MemoryInstance*>(*this, name);
}
TableInstance* Instance::find_table(std::string_view name) const {
  return find_as<TableInstance*>(*this, name);
}
GlobalInstance* Instance::find_global(std::string_view name) const {
  return find_as<GlobalInstance*>(*this, name);
}

}  // namespace wasmjet
