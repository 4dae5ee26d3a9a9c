#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "jit/chunk_compiler.hpp"
#include "jit/worker_threads.hpp"

namespace wasmjet::jit {

/// Divides a module's functions into ranges that are compiled in one go. Always the same ones, so that the
/// code does not depend on the number of threads.
inline std::vector<BodyRange> divide_bodies(const Module& module) {
  constexpr std::size_t kEnough =
      64 << 10;  // its code stays in the cache; threads seldom wait for each other
  std::vector<BodyRange> ranges;
  for (std::uint32_t body = 0; body < module.bodies.size(); ++body) {
    if (ranges.empty() || ranges.back().bytes >= kEnough) ranges.push_back({body, body, 0});
    ranges.back().last = body + 1;
    ranges.back().bytes += module.bodies[body].size;
  }
  return ranges;
}

/// Compiles every function of a module into one region, on several threads, in order; those that are
/// interpreted have a stub there.
template <class Masm, class MakeMasm>
class ModuleCompiler {
 public:
  /// `make_masm(region, emission, options)` makes the architecture's macro-assembler.
  ModuleCompiler(const ModuleContext& context, MakeMasm make_masm)
      : context_(context), make_masm_(std::move(make_masm)), ranges_(divide_bodies(context.module)) {}

  /// Throws ModuleError: of all functions that are at fault the first one's, however many threads there are.
  std::shared_ptr<CompiledCode> compile() {
    const BodyRange all{0, static_cast<std::uint32_t>(context_.module.bodies.size()),
                        context_.module.code_size()};
    std::size_t capacity = all.code_capacity();
    bool far_calls = context_.options.far_calls;
    for (;; capacity *= 8) {
      capacity = std::min(capacity, far_calls ? Masm::kMostCode : Masm::kNearCode);
      try {
        return compile_into(capacity, far_calls);
      } catch (const RegionFull&) {
        if (capacity == Masm::kMostCode) {
          throw ModuleError(ModuleErrorKind::unsupported, 0,
                            "the module's machine code exceeds the reach of calls");
        }
        far_calls = far_calls || capacity == Masm::kNearCode;
      }
    }
  }

 private:
  using Chunk = ChunkCompiler<Masm>;
  using Time = std::chrono::steady_clock;

  /// Of one attempt; guarded by `mutex`, but for the constants.
  struct Work {
    Work(const ModuleContext& module_context, CompiledCode& to, unsigned thread_count)
        : context(module_context),
          code(to),
          interpreted{to.interpreted},
          most_chunks(std::size_t{thread_count} * 8) {}

    const ModuleContext context;
    CompiledCode& code;
    std::vector<CallFixup> calls;
    InterpretedFunctions interpreted;
    const std::size_t most_chunks;
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t next = 0;    ///< the range to be compiled next
    std::size_t placed = 0;  ///< so many ranges have come to their place
    std::size_t chunks = 0;
    std::vector<std::unique_ptr<Chunk>> idle;
    std::map<std::size_t, std::unique_ptr<Chunk>> compiled;  ///< by range, until those before it are placed
    std::size_t used = 0;                                    ///< of the region
    std::size_t failed = std::numeric_limits<std::size_t>::max();  ///< the first range at fault
    std::exception_ptr failure;
  };

  std::shared_ptr<CompiledCode> compile_into(std::size_t capacity, bool far_calls) {
    const auto start = Time::now();
    const Module& module = context_.module;
    auto code = std::make_shared<CompiledCode>(capacity, module, context_.layout, context_.type_ids);
    code->code_map.functions.reserve(module.bodies.size());
    code->entries.reserve(module.bodies.size());
    ModuleContext context = context_;
    context.options.far_calls = far_calls;
    const unsigned wanted = context.options.threads != 0 ? context.options.threads : cpu_count();
    const auto threads =
        static_cast<unsigned>(std::clamp<std::size_t>(ranges_.size(), 1, std::max(wanted, 1U)));
    Work work(context, *code, threads);
    constexpr std::size_t kBytesPerRow = 12;  // fewer in usual code; a row too many costs no memory
    code->code_map.rows.reserve(module.code_size() / kBytesPerRow);
    context.workers->run(threads - 1, [&] { compile_ranges(work); });
    if (work.failure != nullptr) std::rethrow_exception(work.failure);
    for (const CallFixup& call : work.calls) {
      Masm::patch_call(code->region.data(), call.code_offset,
                       code->entries[call.function - module.imported_functions]);
    }
    code->publish(work.used);
    code->compile_stats.compile_seconds = std::chrono::duration<double>(Time::now() - start).count();
    return code;
  }

  /// What each thread does: takes the next range, compiles it, and places what is complete.
  void compile_ranges(Work& work) const {
    std::unique_lock lock(work.mutex);
    for (;;) {
      work.changed.wait(lock, [&] {
        return work.failure != nullptr || work.next == ranges_.size() || !work.idle.empty() ||
               work.chunks < work.most_chunks;
      });
      if (work.failure != nullptr || work.next == ranges_.size()) return;
      const std::size_t range = work.next++;
      std::unique_ptr<Chunk> chunk;
      if (work.idle.empty()) {
        ++work.chunks;
      } else {
        chunk = std::move(work.idle.back());
        work.idle.pop_back();
      }
      try {
        lock.unlock();
        compile_range(work, ranges_[range], chunk);
        lock.lock();
        work.compiled[range] = std::move(chunk);
        place_what_is_complete(work);
      } catch (...) {
        if (!lock.owns_lock()) lock.lock();
        if (range < work.failed) {
          work.failed = range;
          work.failure = std::current_exception();
        }
      }
      work.changed.notify_all();
    }
  }

  void compile_range(Work& work, const BodyRange& range, std::unique_ptr<Chunk>& chunk) const {
    std::size_t capacity = std::min(range.code_capacity(), Masm::kMostCode);
    for (;; capacity = std::min(capacity * 8, Masm::kMostCode)) {
      if (chunk == nullptr || chunk->capacity() < capacity) {
        chunk = std::make_unique<Chunk>(work.context, work.interpreted, make_masm_, capacity);
      }
      try {
        chunk->compile(range);
        return;
      } catch (const RegionFull&) {
        if (capacity == Masm::kMostCode) throw;
      }
    }
  }

  void place_what_is_complete(Work& work) const {
    constexpr std::size_t kAlignment = 64;
    while (!work.compiled.empty() && work.compiled.begin()->first == work.placed) {
      std::unique_ptr<Chunk> chunk = std::move(work.compiled.begin()->second);
      work.compiled.erase(work.compiled.begin());
      const std::size_t base = (work.used + kAlignment - 1) / kAlignment * kAlignment;
      if (base + chunk->size() > work.code.region.capacity()) throw RegionFull();
      chunk->place(static_cast<std::uint32_t>(base), work.code, work.calls);
      work.used = base + chunk->size();
      ++work.placed;
      work.idle.push_back(std::move(chunk));
    }
  }

  const ModuleContext& context_;
  MakeMasm make_masm_;
  std::vector<BodyRange> ranges_;
};

}  // namespace wasmjet::jit
