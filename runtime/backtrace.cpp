#include "runtime/backtrace.hpp"

#include <algorithm>

#include "runtime/code_registry.hpp"
#include "runtime/store.hpp"

namespace wasmjet {
namespace {

/// Word `index` counted from a frame pointer. Frames are no C++ objects, so sanitizers are kept out.
__attribute__((no_sanitize("address", "undefined"))) const void* frame_word(const void* fp, int index) {
  return static_cast<const void* const*>(fp)[index];
}

/// Walks from `frame` with frame pointer `fp` to the end of the entry. A broken chain (the frame of a
/// prologue not linked yet) ends the walk early; it never leads out of the stack between fp and entry_fp.
void walk_entry(RawFrame frame, const void* fp, const void* sp, const EntryRecord& entry, RawBacktrace& out) {
  for (;;) {
    const bool linked = fp >= sp && fp < entry.entry_fp && reinterpret_cast<std::uintptr_t>(fp) % 8 == 0;
    // A prologue that hit the end of the stack has not stored the context: that word is in the guard.
    frame.context = linked && fp != sp ? frame_word(fp, -1) : nullptr;
    out.push(frame);
    if (!linked || out.full()) return;
    const void* caller = frame_word(fp, 0);
    if (caller <= fp || caller >= entry.entry_fp) return;
    frame.pc = static_cast<const std::uint8_t*>(frame_word(fp, 1));
    frame.is_return_address = true;
    fp = caller;
  }
}

void walk_compiled(const WalkStart& start, const EntryRecord& entry, RawBacktrace& out) {
  RawFrame frame;
  frame.pc = start.pc;
  if (start.return_address != nullptr) {
    if (start.pc != nullptr) out.push(frame);
    if (start.fp >= entry.entry_fp) return;  // the entry's trampoline is the caller
    frame.pc = start.return_address;
    frame.is_return_address = true;
  }
  walk_entry(frame, start.fp, start.sp, entry, out);
}

const Instance* find_instance(const Store& store, const CodeMap* map, const void* context) {
  const Instance* found = nullptr;
  for (const auto& instance : store.instances()) {
    if (&instance->code().map() != map) continue;
    if (instance->context() == context) return instance.get();
    if (found == nullptr) found = instance.get();
  }
  return found;
}

TraceFrame bytecode_frame(const RawFrame& frame, std::uint64_t number) {
  const Instance& instance = *static_cast<const VmContext*>(frame.context)->instance;
  const Module& module = instance.module();
  const auto offset = static_cast<std::uint64_t>(frame.pc - module.bytes.data());
  const auto behind = std::upper_bound(
      module.bodies.begin(), module.bodies.end(), offset,
      [](std::uint64_t position, const FunctionBody& body) { return position < body.begin; });
  const auto function =
      module.imported_functions + static_cast<std::uint32_t>(behind - module.bodies.begin()) - 1;
  return {number,          function, instance.compiled_module().function_name(function),
          instance.name(), offset,   instance.shared_module()};
}

}  // namespace

void walk_stack(const StoreState& state, WalkStart start, RawBacktrace& out) {
  out.clear();
  const void* host_fp = state.host_fp;
  for (const EntryRecord* entry = state.entry; entry != nullptr && !out.full(); entry = entry->previous) {
    RawFrame frame;
    if (entry->activation != nullptr) {
      interpreter::walk(*entry->activation, out);
    } else if (start.pc != nullptr || start.return_address != nullptr) {
      walk_compiled(start, *entry, out);
    } else if (!start.in_trampoline && host_fp != nullptr && host_fp < entry->entry_fp) {
      frame.pc = static_cast<const std::uint8_t*>(frame_word(host_fp, 1));
      frame.is_return_address = true;
      walk_entry(frame, frame_word(host_fp, 0), host_fp, *entry, out);
    }
    start = {};
    host_fp = entry->saved_host_fp;
  }
}

std::vector<TraceFrame> symbolize(const Store& store, const RawBacktrace& raw) {
  std::vector<TraceFrame> frames;
  const auto add = [&](const RawFrame& frame, std::uint64_t number) {
    if (frame.is_bytecode) {
      frames.push_back(bytecode_frame(frame, number));
      return;
    }
    const std::uint8_t* inside = frame.pc - (frame.is_return_address ? 1 : 0);
    const CodeMap* map = CodeRegistry::find(inside);
    const CodeFunction* function = map == nullptr ? nullptr : map->find_function(inside);
    const Instance* instance = function == nullptr ? nullptr : find_instance(store, map, frame.context);
    if (instance == nullptr) return;
    const CodeRow* row = map->find_origin(frame.pc, frame.is_return_address);
    const std::uint64_t offset =
        std::uint64_t{function->wasm_begin} + (row == nullptr ? 0 : row->wasm_delta());
    frames.push_back({number, function->function,
                      instance->compiled_module().function_name(function->function), instance->name(), offset,
                      instance->shared_module()});
  };
  constexpr std::uint64_t kEach = RawBacktrace::kEach;
  for (std::uint64_t i = 0; i < std::min(raw.count, kEach); ++i) add(raw.inner[i], i);
  const std::uint64_t outer = raw.count <= 2 * kEach ? kEach : raw.count - kEach;
  for (std::uint64_t i = outer; i < raw.count; ++i) add(raw.outer[i % kEach], i);
  return frames;
}

}  // namespace wasmjet
