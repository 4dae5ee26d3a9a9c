#include "runtime/interpreter/side_table.hpp"

#include <string>

#include "decoder/code_reader.hpp"
#include "decoder/error.hpp"
#include "decoder/signatures.hpp"
#include "runtime/executable.hpp"

namespace wasmjet::interpreter {
namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFF;

/// Walks a body once, counting operands. Unreachable code has no entries.
class SideTableBuilder {
 public:
  SideTableBuilder(const Module& module, const FunctionInfo& info, std::vector<BranchEntry>& table,
                   Landing landing)
      : module_(module),
        function_(info.function),
        table_(table),
        exact_(landing == Landing::exact),
        begin_(module.bytes.data()),
        code_(begin_ + info.code_begin),
        base_(static_cast<std::uint32_t>(info.locals.size()) + kFrameSlots) {
    const FuncType& type = module.function_type(info.function);
    frames_.push_back({.results = static_cast<std::uint32_t>(type.results.size())});
  }

  void run(const std::atomic<bool>* cancel) {
    constexpr unsigned kPollInterval = 4096;
    for (unsigned instructions = 1; !frames_.empty(); ++instructions) {
      at_ = code_.position();
      visit(code_.opcode());
      if (instructions % kPollInterval == 0 && cancel != nullptr && cancel->load(std::memory_order_relaxed)) {
        throw ModuleError(ModuleErrorKind::cancelled, offset(at_), "cancelled");
      }
    }
  }

 private:
  struct Frame {
    bool is_loop = false;
    bool dead_entry = false;
    std::uint32_t height = 0;  ///< of the operands below the parameters
    std::uint32_t params = 0;
    std::uint32_t results = 0;
    std::uint32_t target_pc = 0;  ///< of a loop's label
    std::uint32_t target_entry = 0;
    std::uint32_t else_entry = kNone;  ///< an `if`'s, until its false case is known
    std::uint32_t waiting = kNone;     ///< chain of entries that lead to the end
  };

  void visit(Opcode op) {
    switch (op) {
      case Opcode::block:
      case Opcode::loop:
      case Opcode::if_:
      case Opcode::try_table:
        return open(op);
      case Opcode::else_:
        return alternative();
      case Opcode::end:
        return close();
      default:
        break;
    }
    if (dead_) return code_.skip_immediates(op);
    if (!is_executable(op)) refuse(op);
    switch (op) {
      case Opcode::br_if:
        --height_;
        return branch(code_.u32());
      case Opcode::br:
        branch(code_.u32());
        return set_dead();
      case Opcode::br_table:
        --height_;
        for (std::uint64_t labels = std::uint64_t{code_.u32()} + 1; labels > 0; --labels) branch(code_.u32());
        return set_dead();
      case Opcode::return_:
      case Opcode::unreachable:
        return set_dead();
      case Opcode::call:
        return call(module_.function_type(code_.u32()));
      case Opcode::call_indirect:
        --height_;
        call(module_.types[code_.u32()]);
        code_.u32();
        return;
      default:
        height_ += static_cast<std::uint32_t>(growth(op));
        return code_.skip_immediates(op);
    }
  }

  static int growth(Opcode op) {
    const Signature& type = signature(op);
    if (!type.special) return type.pushes - type.pops;
    switch (op) {
      case Opcode::local_get:
      case Opcode::global_get:
      case Opcode::table_size:
      case Opcode::ref_null:
      case Opcode::ref_func:
        return 1;
      case Opcode::drop:
      case Opcode::local_set:
      case Opcode::global_set:
      case Opcode::table_grow:
        return -1;
      case Opcode::select:
      case Opcode::select_t:
      case Opcode::table_set:
        return -2;
      case Opcode::table_init:
      case Opcode::table_copy:
      case Opcode::table_fill:
        return -3;
      default:
        return 0;  // nop, local.tee, table.get, ref.is_null, elem.drop, data.drop
    }
  }

  void call(const FuncType& type) {
    height_ +=
        static_cast<std::uint32_t>(type.results.size()) - static_cast<std::uint32_t>(type.params.size());
  }

  void set_dead() { dead_ = true; }

  [[noreturn]] void refuse(Opcode op) const {
    throw ModuleError(
        ModuleErrorKind::unsupported, offset(at_),
        "function " + std::to_string(function_) + ": " + std::string(text_name(op)) + " is not executed yet");
  }

  void open(Opcode op) {
    if (op == Opcode::try_table) {
      if (!dead_) refuse(op);
      code_.skip_immediates(op);
      frames_.push_back({.dead_entry = true});
      return;
    }
    const BlockType type = code_.block_type();
    Frame frame;
    frame.dead_entry = dead_;
    if (!dead_) {
      if (op == Opcode::if_) --height_;
      if (type.form == BlockType::Form::result) frame.results = 1;
      if (type.form == BlockType::Form::type_index) {
        const FuncType& full = module_.types[type.type_index];
        frame.params = static_cast<std::uint32_t>(full.params.size());
        frame.results = static_cast<std::uint32_t>(full.results.size());
      }
      frame.height = height_ - frame.params;
      frame.is_loop = op == Opcode::loop;
      frame.target_pc =
          exact_ ? offset(at_) : landing(code_.position(), frames_.size() + 1, frame.params == 0);
      frame.target_entry = next_entry();
      if (op == Opcode::if_) frame.else_entry = add_entry(0, 0);
    }
    frames_.push_back(frame);
  }

  void alternative() {
    Frame& frame = frames_.back();
    if (!dead_) wait_for_end(frame, add_entry(frame.results, base_ + frame.height));
    if (frame.dead_entry) return;
    resolve(frame.else_entry, offset(code_.position()), next_entry());
    frame.else_entry = kNone;
    height_ = frame.height + frame.params;
    dead_ = false;
  }

  void close() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    if (frame.dead_entry) return;
    // The function's own end is not passed but executed: it returns.
    const bool is_last = frames_.empty();
    const std::uint32_t target =
        is_last ? offset(at_) : landing(code_.position(), frames_.size(), frame.results == 0);
    if (frame.else_entry != kNone) resolve(frame.else_entry, target, next_entry());
    for (std::uint32_t entry = frame.waiting; entry != kNone;) {
      const auto following = static_cast<std::uint32_t>(table_[entry].table_delta);
      resolve(entry, target, next_entry());
      entry = following;
    }
    height_ = frame.height + frame.results;
    dead_ = false;
  }

  void branch(std::uint32_t depth) {
    Frame& frame = frames_[frames_.size() - 1 - depth];
    const std::uint32_t entry = add_entry(frame.is_loop ? frame.params : frame.results, base_ + frame.height);
    if (frame.is_loop) {
      resolve(entry, frame.target_pc, frame.target_entry);
    } else {
      wait_for_end(frame, entry);
    }
  }

  /// Where a branch to `position`, inside `depth` blocks, may go at once: past instructions that do nothing.
  /// The beginning of a block does something if the branch brings values: it moves them to the frame. Looks
  /// at no more than a few instructions, so that no nesting makes it slow.
  std::uint32_t landing(const std::uint8_t* position, std::size_t depth, bool past_beginnings) const {
    constexpr int kMost = 16;
    if (exact_) return offset(position);
    CodeReader reader(position);
    for (int passed = 0;; ++passed) {
      position = reader.position();
      if (passed == kMost) return offset(position);
      switch (reader.opcode()) {
        case Opcode::end:
          if (--depth == 0) return offset(position);
          break;
        case Opcode::block:
        case Opcode::loop:
          if (!past_beginnings) return offset(position);
          reader.block_type();
          ++depth;
          break;
        default:
          return offset(position);
      }
    }
  }

  /// An entry whose pc_delta holds the branch's own offset until it is resolved.
  std::uint32_t add_entry(std::uint32_t keep, std::uint32_t height) {
    table_.push_back({static_cast<std::int32_t>(offset(at_)), 0, keep, height});
    return next_entry() - 1;
  }
  void wait_for_end(Frame& frame, std::uint32_t entry) {
    table_[entry].table_delta = static_cast<std::int32_t>(frame.waiting);
    frame.waiting = entry;
  }
  void resolve(std::uint32_t entry, std::uint32_t target_pc, std::uint32_t target_entry) {
    BranchEntry& row = table_[entry];
    row.pc_delta = static_cast<std::int32_t>(target_pc) - row.pc_delta;
    row.table_delta = static_cast<std::int32_t>(target_entry - entry);
  }
  std::uint32_t next_entry() const { return static_cast<std::uint32_t>(table_.size()); }
  std::uint32_t offset(const std::uint8_t* position) const {
    return static_cast<std::uint32_t>(position - begin_);
  }

  const Module& module_;
  const std::uint32_t function_;
  std::vector<BranchEntry>& table_;
  const bool exact_;
  const std::uint8_t* const begin_;
  CodeReader code_;
  const std::uint8_t* at_ = nullptr;  ///< the current instruction
  const std::uint32_t base_;
  std::vector<Frame> frames_;
  std::uint32_t height_ = 0;
  bool dead_ = false;
};

}  // namespace

void append_side_table(const Module& module, const FunctionInfo& info, std::vector<BranchEntry>& table,
                       Landing landing, const std::atomic<bool>* cancel) {
  SideTableBuilder(module, info, table, landing).run(cancel);
}

}  // namespace wasmjet::interpreter
