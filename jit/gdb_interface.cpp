#include "jit/gdb_interface.hpp"

#include <cstdint>
#include <mutex>
#include <vector>

#include "jit/debug_object.hpp"

// What gdb looks for by these names ("JIT Compilation Interface" in its manual). Weak: another compiler in
// the same process (LLVM's, say) brings its own, and one list is for all.
extern "C" {

struct JitCodeEntry {
  JitCodeEntry* next_entry;
  JitCodeEntry* prev_entry;
  const char* symfile_addr;
  std::uint64_t symfile_size;
};

struct JitDescriptor {
  std::uint32_t version;
  std::uint32_t action_flag;
  JitCodeEntry* relevant_entry;
  JitCodeEntry* first_entry;
};

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): the names are gdb's
__attribute__((weak, noinline, visibility("default"))) void __jit_debug_register_code();
void __jit_debug_register_code() {
  asm volatile("" ::: "memory");  // gdb has a breakpoint here
}
__attribute__((weak, visibility("default"))) JitDescriptor __jit_debug_descriptor = {1, 0, nullptr, nullptr};
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
}

namespace wasmjet::jit {
namespace {

enum Action : std::uint32_t { kRegister = 1, kUnregister = 2 };

std::mutex g_mutex;

void tell(Action action, JitCodeEntry* entry) {
  __jit_debug_descriptor.action_flag = action;
  __jit_debug_descriptor.relevant_entry = entry;
  __jit_debug_register_code();
}

/// An object file in memory, in gdb's list as long as this lives.
class Registration {
 public:
  explicit Registration(std::vector<char> object) : object_(std::move(object)) {
    entry_.symfile_addr = object_.data();
    entry_.symfile_size = object_.size();
    const std::scoped_lock lock(g_mutex);
    entry_.next_entry = __jit_debug_descriptor.first_entry;
    if (entry_.next_entry != nullptr) entry_.next_entry->prev_entry = &entry_;
    __jit_debug_descriptor.first_entry = &entry_;
    tell(kRegister, &entry_);
  }
  ~Registration() {
    const std::scoped_lock lock(g_mutex);
    (entry_.prev_entry != nullptr ? entry_.prev_entry->next_entry : __jit_debug_descriptor.first_entry) =
        entry_.next_entry;
    if (entry_.next_entry != nullptr) entry_.next_entry->prev_entry = entry_.prev_entry;
    tell(kUnregister, &entry_);
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  std::vector<char> object_;
  JitCodeEntry entry_{};
};

class GdbInterface final : public CodeObserver {
 public:
  std::shared_ptr<void> added(const NewCode& code) override {
    return std::make_shared<Registration>(make_debug_object(code));
  }
  bool wants_lines() const override { return true; }
};

}  // namespace

std::shared_ptr<CodeObserver> make_gdb_interface() { return std::make_shared<GdbInterface>(); }

}  // namespace wasmjet::jit
