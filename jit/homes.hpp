#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "decoder/function_info.hpp"
#include "jit/arguments.hpp"
#include "jit/registers.hpp"

namespace wasmjet::jit {

/// Where the locals with homes are at one point of the code: one bit a home. Invariant: every home is
/// in its register, in its frame slot, or in both. What is `unset` has no value yet that anybody reads,
/// wherever it is: it need not be saved or moved.
struct HomeState {
  std::uint32_t in_reg = 0;
  std::uint32_t in_frame = 0;
  std::uint32_t unset = 0;
  friend bool operator==(const HomeState&, const HomeState&) = default;
};

/// The locals of one function that own a register ("home") all through it, chosen by the loop-weighted
/// use counts that validation gathered. So homes agree at every merge by construction.
template <class Abi>
class Homes {
 public:
  static constexpr std::uint8_t kNone = 0xFF;

  void assign(const FunctionInfo& info, std::uint32_t params) {
    count_ = 0;
    caller_saved_ = 0;
    used_ = RegSet();
    home_of_.assign(info.locals.size(), kNone);
    pick(info, false, kIntHomes);
    if (!info.calls) keep_argument_registers(info, params);
    place<Abi::kCalleeSavedHomes, Abi::kCallerSavedHomes>(info);
    pick(info, true, kFloatHomes);
    if (!candidates_.empty()) place<Abi::kCalleeSavedFloatHomes, Abi::kCallerSavedFloatHomes>(info);
  }

  std::uint32_t count() const { return count_; }
  std::uint8_t of(std::uint32_t local) const { return home_of_[local]; }
  Reg reg(std::uint32_t home) const { return regs_[home]; }
  ValKind kind(std::uint32_t home) const { return kinds_[home]; }
  std::uint32_t local(std::uint32_t home) const { return locals_[home]; }
  /// Homes whose registers do not survive a call.
  std::uint32_t caller_saved() const { return caller_saved_; }
  RegSet used() const { return used_; }

 private:
  static constexpr std::size_t kIntHomes = Abi::kCalleeSavedHomes.size() + Abi::kCallerSavedHomes.size();
  static constexpr std::size_t kFloatHomes =
      Abi::kCalleeSavedFloatHomes.size() + Abi::kCallerSavedFloatHomes.size();
  static constexpr std::size_t kMaxHomes = kIntHomes + kFloatHomes;
  static_assert(kMaxHomes <= 32);

  /// candidates_ = the heaviest `most` locals of a class, heaviest first.
  void pick(const FunctionInfo& info, bool floating, std::size_t most) {
    candidates_.clear();
    for (std::uint32_t i = 0; i < info.locals.size(); ++i) {
      if (info.local_weight[i] != 0 && lives_in_float(info.locals[i].kind()) == floating &&
          info.locals[i].kind() != ValKind::v128) {
        candidates_.push_back(i);
      }
    }
    const auto heavier = [&](std::uint32_t a, std::uint32_t b) {
      return info.local_weight[a] != info.local_weight[b] ? info.local_weight[a] > info.local_weight[b]
                                                          : a < b;
    };
    if (candidates_.size() > most) {
      std::nth_element(candidates_.begin(), candidates_.begin() + static_cast<std::ptrdiff_t>(most),
                       candidates_.end(), heavier);
      candidates_.resize(most);
    }
    std::sort(candidates_.begin(), candidates_.end(), heavier);
  }

  void give(std::uint32_t local, ValKind kind, Reg reg, bool caller_saved) {
    home_of_[local] = static_cast<std::uint8_t>(count_);
    locals_[count_] = local;
    kinds_[count_] = kind;
    regs_[count_] = reg;
    if (caller_saved) caller_saved_ |= 1U << count_;
    used_.add(reg);
    ++count_;
  }

  /// With calls, the heaviest locals of a class take callee-saved registers where the saving pays.
  /// Without, all take caller-saved ones first.
  template <const auto& kCalleeSaved, const auto& kCallerSaved>
  void place(const FunctionInfo& info) {
    constexpr RegSet kCalleeSavedSet = RegSet::of(kCalleeSaved), kCallerSavedSet = RegSet::of(kCallerSaved);
    RegSet callee_saved = kCalleeSavedSet, caller_saved = kCallerSavedSet.without(used_);
    for (const std::uint32_t local : candidates_) {
      if (home_of_[local] != kNone) continue;
      constexpr std::uint32_t kSavingPays = 3;
      const bool heavy = info.local_weight[local] >= kSavingPays;
      const bool prefer_callee_saved = info.calls && heavy;
      const RegSet first = prefer_callee_saved ? callee_saved : caller_saved;
      const RegSet second = prefer_callee_saved ? caller_saved : heavy ? callee_saved : RegSet();
      const RegSet from = first.empty() ? second : first;
      if (from.empty()) continue;
      const bool is_caller_saved = !(from & caller_saved).empty();
      const Reg reg = is_caller_saved ? preferred(caller_saved, kCallerSaved) : from.first();
      caller_saved.remove(reg);
      callee_saved.remove(reg);
      give(local, info.locals[local].kind(), reg, is_caller_saved);
    }
  }

  /// In functions without calls, integer parameters stay in the registers that they arrive in, if those can
  /// be homes.
  void keep_argument_registers(const FunctionInfo& info, std::uint32_t params) {
    RegSet caller_saved = RegSet::of(Abi::kCallerSavedHomes);
    ArgumentCursor<Abi> cursor;
    for (std::uint32_t param = 0; param < params; ++param) {
      const ArgumentPlace place = cursor.next(info.locals[param].kind());
      if (!place.reg.valid() || !caller_saved.has(place.reg)) continue;
      const auto found = std::find(candidates_.begin(), candidates_.end(), param);
      if (found == candidates_.end()) continue;
      caller_saved.remove(place.reg);
      give(param, info.locals[param].kind(), place.reg, true);
    }
  }

  /// The first of the caller-saved homes that is still free, which is the last that calls clobber.
  static Reg preferred(RegSet free, std::span<const Reg> caller_saved_regs) {
    for (const Reg reg : caller_saved_regs) {
      if (free.has(reg)) return reg;
    }
    return {};
  }

  std::vector<std::uint8_t> home_of_;
  std::vector<std::uint32_t> candidates_;
  std::array<Reg, kMaxHomes> regs_;
  std::array<ValKind, kMaxHomes> kinds_;
  std::array<std::uint32_t, kMaxHomes> locals_;
  std::uint32_t count_ = 0, caller_saved_ = 0;
  RegSet used_;
};

}  // namespace wasmjet::jit
