#include "runtime/sample_tree.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <new>

namespace wasmjet {
namespace {

std::uint64_t hash(std::uint32_t parent, SampleKind kind, const void* pc) {
  std::uint64_t h = reinterpret_cast<std::uintptr_t>(pc) ^ std::uint64_t{parent} << 40 ^
                    static_cast<std::uint64_t>(kind) << 36;
  h *= 0x9E3779B97F4A7C15;
  return h ^ h >> 29;
}

std::size_t aligned(std::size_t bytes) { return (bytes + 63) & ~std::size_t{63}; }

}  // namespace

SampleTree::SampleTree(std::uint32_t max_nodes, std::size_t max_moments)
    : max_nodes_(std::max<std::uint32_t>(max_nodes, 3)),
      max_moments_(max_moments),
      index_size_(std::bit_ceil(std::size_t{max_nodes_} * 2)) {
  const std::size_t nodes = aligned(max_nodes_ * sizeof(SampleNode));
  const std::size_t index = aligned(index_size_ * sizeof(std::uint32_t));
  bytes_ = nodes + index + aligned(max_moments_ * sizeof(SampleMoment));
  memory_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory_ == MAP_FAILED) throw std::bad_alloc();
  auto* const base = static_cast<std::uint8_t*>(memory_);
  nodes_ = reinterpret_cast<SampleNode*>(base);
  index_ = reinterpret_cast<std::uint32_t*>(base + nodes);
  moments_ = reinterpret_cast<SampleMoment*>(base + nodes + index);
  for (const SampleKind root : {SampleKind::outside, SampleKind::inside, SampleKind::unstored}) {
    nodes_[node_count_] = {nullptr, nullptr, node_count_, root, 0, 0};
    ++node_count_;
  }
}

SampleTree::~SampleTree() { munmap(memory_, bytes_); }

std::uint32_t SampleTree::child(std::uint32_t parent, SampleKind kind, const void* pc, const void* context) {
  std::size_t at = hash(parent, kind, pc) & (index_size_ - 1);
  for (; index_[at] != 0; at = (at + 1) & (index_size_ - 1)) {
    const SampleNode& node = nodes_[index_[at]];
    if (node.pc == pc && node.parent == parent && node.kind == kind) return index_[at];
  }
  if (node_count_ == max_nodes_) return kUnstored;
  nodes_[node_count_] = {pc, context, parent, kind, 0, 0};
  index_[at] = node_count_;
  return node_count_++;
}

std::uint32_t SampleTree::find_or_add(const RawBacktrace& stack, const HostFunction* host) {
  constexpr std::uint64_t kEach = RawBacktrace::kEach;
  std::uint32_t node = kInside;
  const auto descend = [&](const RawFrame& frame) {
    const SampleKind kind = frame.is_bytecode         ? SampleKind::bytecode
                            : frame.is_return_address ? SampleKind::caller
                                                      : SampleKind::compiled;
    if (node != kUnstored) node = child(node, kind, frame.pc, frame.context);
  };
  const auto leave_out = [&] {
    if (node != kUnstored) node = child(node, SampleKind::left_out, nullptr, nullptr);
  };
  if (stack.full()) leave_out();
  for (std::uint64_t i = stack.count; i > kEach; --i) {
    if (stack.count - i == kEach) {  // the ring holds no more
      leave_out();
      break;
    }
    descend(stack.outer[(i - 1) % kEach]);
  }
  for (std::uint64_t i = std::min(stack.count, kEach); i > 0; --i) descend(stack.inner[i - 1]);
  if (host != nullptr && node != kUnstored) node = child(node, SampleKind::host, host, nullptr);
  return node;
}

void SampleTree::count(std::uint32_t node, std::uint32_t weight, bool blocked, std::uint64_t microseconds) {
  (blocked ? nodes_[node].blocked : nodes_[node].running) += weight;
  constexpr std::uint64_t kLongest = 0x7FFFFFFF;
  for (; weight != 0; --weight, microseconds = 0) {
    if (moment_count_ == max_moments_) {
      without_moment_ += weight;
      return;
    }
    moments_[moment_count_++] = {node, blocked ? 1U : 0U,
                                 static_cast<std::uint32_t>(std::min(microseconds, kLongest) & kLongest)};
  }
}

}  // namespace wasmjet
