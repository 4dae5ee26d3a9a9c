#include "cli/profile/symbols.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include "cli/profile/frame_resolver.hpp"
#include "cli/profile/loops.hpp"

namespace wasmjet::cli::profile {
namespace {

class Maker {
 public:
  Maker(const Sampler& sampler, const Store& store)
      : sampler_(sampler), nodes_(sampler.tree().nodes()), store_(store), resolver_(store) {}

  Profile make() {
    count_ticks();
    resolve();
    build_tree();
    collect_places();
    add_moments();
    find_all_loops();
    for (const auto& instance : store_.instances()) {
      profile_.compile_seconds += instance->code().stats().compile_seconds;
    }
    profile_.functions = std::move(resolver_.functions());
    return std::move(profile_);
  }

 private:
  bool is_root(std::uint32_t node) const { return nodes_[node].parent == node; }
  void count_ticks();
  void resolve();
  void build_tree();
  void collect_places();
  void add_moments();
  void find_all_loops();
  void find_loops_of(std::uint32_t function, std::vector<std::uint32_t> sample_nodes);
  void count_loops();

  const Sampler& sampler_;
  std::span<const SampleNode> nodes_;
  const Store& store_;
  FrameResolver resolver_;
  Profile profile_;
  std::vector<Resolved> frames_;              ///< of each sample node
  std::vector<std::uint32_t> function_node_;  ///< of each sample node: the node of Profile::nodes
  std::vector<std::uint32_t> loop_;           ///< of each sample node: the innermost loop, in all_loops_
  struct AnyLoop {
    Loop loop;
    std::uint32_t parent = kNone;
  };
  std::vector<AnyLoop> all_loops_;
};

void Maker::count_ticks() {
  const SamplerCounts counts = sampler_.counts();
  profile_.seconds = std::chrono::duration<double>(sampler_.duration()).count();
  profile_.rate = sampler_.rate();
  profile_.samples = counts.samples;
  profile_.missed = counts.missed;
  profile_.outside = counts.outside;
  profile_.unstored = nodes_[SampleTree::kUnstored].running + nodes_[SampleTree::kUnstored].blocked;
  for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
    if (n != SampleTree::kOutside) profile_.blocked += nodes_[n].blocked;
  }
  profile_.without_moment = sampler_.tree().samples_without_moment();
}

void Maker::resolve() {
  frames_.resize(nodes_.size());
  for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
    if (!is_root(n)) frames_[n] = resolver_.resolve(nodes_[n]);
  }
}

/// One node for each chain of functions, whatever the places within them. A frame that is no function's is
/// its caller's.
void Maker::build_tree() {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> children;
  profile_.nodes.push_back({});
  function_node_.resize(nodes_.size());
  for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
    if (is_root(n)) continue;
    const std::uint32_t parent = function_node_[nodes_[n].parent];
    const std::uint32_t function = frames_[n].function;
    if (function == kNone) {
      function_node_[n] = parent;
    } else {
      const auto [place, is_new] =
          children.try_emplace({parent, function}, static_cast<std::uint32_t>(profile_.nodes.size()));
      if (is_new) profile_.nodes.push_back({parent, function, 0, 0, 0});
      function_node_[n] = place->second;
    }
    profile_.nodes[function_node_[n]].self += nodes_[n].running;
    profile_.nodes[function_node_[n]].blocked += nodes_[n].blocked;
  }
  profile_.nodes[0].self += nodes_[SampleTree::kInside].running + nodes_[SampleTree::kUnstored].running;
  profile_.nodes[0].blocked += nodes_[SampleTree::kInside].blocked + nodes_[SampleTree::kUnstored].blocked;
  add_totals(profile_.nodes);
}

void Maker::collect_places() {
  std::vector<std::map<std::pair<std::uint32_t, std::uint32_t>, Place>> places(resolver_.functions().size());
  for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
    const Resolved& frame = frames_[n];
    if (frame.function == kNone || nodes_[n].running + nodes_[n].blocked == 0) continue;
    Place& place = places[frame.function][{frame.code, frame.wasm}];
    place.wasm = frame.wasm;
    place.code = frame.code;
    place.samples += nodes_[n].running;
    place.blocked += nodes_[n].blocked;
  }
  profile_.places.resize(places.size());
  for (std::size_t f = 0; f < places.size(); ++f) {
    for (const auto& [key, place] : places[f]) profile_.places[f].push_back(place);
  }
}

void Maker::add_moments() {
  const auto moments = sampler_.tree().moments();
  profile_.moments.reserve(moments.size());
  double microseconds = 0;
  for (const SampleMoment& moment : moments) {
    microseconds += moment.microseconds;
    profile_.moments.push_back({microseconds / 1000, function_node_[moment.node], moment.blocked != 0});
  }
}

void Maker::find_all_loops() {
  loop_.assign(nodes_.size(), kNone);
  std::vector<std::vector<std::uint32_t>> by_function(resolver_.functions().size());
  for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
    if (frames_[n].function != kNone) by_function[frames_[n].function].push_back(n);
  }
  for (std::uint32_t f = 0; f < by_function.size(); ++f) {
    if (resolver_.functions()[f].category == Category::guest) find_loops_of(f, std::move(by_function[f]));
  }
  count_loops();
}

void Maker::find_loops_of(std::uint32_t function, std::vector<std::uint32_t> sample_nodes) {
  const Function& guest = resolver_.functions()[function];
  std::ranges::sort(sample_nodes, {}, [this](std::uint32_t n) { return frames_[n].wasm; });
  std::vector<std::uint32_t> offsets;
  offsets.reserve(sample_nodes.size());
  for (const std::uint32_t n : sample_nodes) offsets.push_back(frames_[n].wasm);
  const LoopNest nest = find_loops(store_.instances()[guest.instance]->module(), guest.index, offsets);
  const auto first = static_cast<std::uint32_t>(all_loops_.size());
  for (const LoopShape& shape : nest.loops) {
    all_loops_.push_back({{function, shape.begin, shape.end, shape.depth, 0, 0},
                          shape.parent == kNone ? kNone : shape.parent + first});
  }
  for (std::size_t i = 0; i < sample_nodes.size(); ++i) {
    if (nest.innermost[i] != kNone) loop_[sample_nodes[i]] = nest.innermost[i] + first;
  }
}

/// A sample counts once for each loop that any of its frames is in.
void Maker::count_loops() {
  constexpr int kMostNested = 64;  // further out, loops of a hostile module are not counted
  std::vector<std::uint32_t> counted(all_loops_.size(), kNone);
  for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
    const std::uint32_t samples = nodes_[n].running;
    if (samples == 0) continue;
    if (loop_[n] != kNone) all_loops_[loop_[n]].loop.self += samples;
    for (std::uint32_t frame = n; !is_root(frame); frame = nodes_[frame].parent) {
      std::uint32_t loop = loop_[frame];
      for (int depth = 0; loop != kNone && depth < kMostNested && counted[loop] != n; ++depth) {
        counted[loop] = n;
        all_loops_[loop].loop.total += samples;
        loop = all_loops_[loop].parent;
      }
    }
  }
  for (const AnyLoop& any : all_loops_) {
    if (any.loop.total != 0) profile_.loops.push_back(any.loop);
  }
  std::ranges::sort(profile_.loops, std::greater{}, [](const Loop& loop) {
    return std::tuple(loop.self, loop.total, loop.function, loop.begin);
  });
}

}  // namespace

Profile make_profile(const Sampler& sampler, const Store& store) { return Maker(sampler, store).make(); }

}  // namespace wasmjet::cli::profile
