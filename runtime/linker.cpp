#include "runtime/linker.hpp"

#include <algorithm>
#include <numeric>

#include "runtime/executable.hpp"

namespace wasmjet {
namespace {

/// Levenshtein's distance, of names too long for it their difference in length.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  constexpr std::size_t kLongest = 256;
  if (a.size() > kLongest || b.size() > kLongest) return std::max(a.size(), b.size());
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

/// The key nearest to `name`, or an empty string.
template <class Map>
std::string nearest(const Map& map, std::string_view name) {
  std::string best;
  std::size_t best_distance = SIZE_MAX;
  for (const auto& [candidate, value] : map) {
    const std::size_t distance = edit_distance(candidate, name);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

/// Names are the module's: control characters do not reach the terminal.
std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return text + "\"";
}

}  // namespace

void Linker::define(std::string_view module, std::string_view name, Extern value) {
  modules_[std::string(module)].insert_or_assign(std::string(name), value);
}

void Linker::define_function(std::string_view module, std::string_view name, FuncType type,
                             HostCallback callback) {
  define(module, name, store_.create_function(std::move(type), std::move(callback)));
}

void Linker::define_lazily(std::string_view module, std::string_view name, MakeExtern make) {
  modules_[std::string(module)].insert_or_assign(std::string(name), std::move(make));
}

void Linker::define_instance(std::string_view module, const Instance& instance) {
  Names& names = modules_[std::string(module)];  // exists even if nothing is exported
  for (const Export& exported : instance.module().exports) {
    names.insert_or_assign(exported.name, instance.export_value(exported));
  }
}

void Linker::remove_module(std::string_view module) {
  const auto names = modules_.find(module);
  if (names != modules_.end()) modules_.erase(names);
}

const Extern* Linker::find(std::string_view module, std::string_view name) const {
  const auto names = modules_.find(module);
  if (names == modules_.end()) return nullptr;
  const auto it = names->second.find(name);
  if (it == names->second.end()) return nullptr;
  Definition& definition = it->second;
  if (const auto* make = std::get_if<MakeExtern>(&definition)) definition = (*make)(store_);
  return &std::get<Extern>(definition);
}

std::vector<Extern> Linker::resolve(const CompiledModule& compiled) const {
  const Module& module = compiled.module();
  require_executable(module);
  std::vector<Extern> imports;
  imports.reserve(module.imports.size());
  for (const Import& import : module.imports) {
    const Extern* found = find(import.module, import.name);
    if (found == nullptr) throw LinkError(unknown_import(module, import));
    if (!matches(*found, module, compiled.type_ids(), import)) {
      throw LinkError("incompatible import type: " + quoted(import.module) + " " + quoted(import.name) +
                      " is imported as " + describe(module, import) + ", but is " + describe(*found));
    }
    imports.push_back(*found);
  }
  return imports;
}

std::string Linker::unknown_import(const Module& module, const Import& import) const {
  std::string text = "unknown import: " + quoted(import.module) + " " + quoted(import.name) + " of type " +
                     describe(module, import);
  const auto names = modules_.find(import.module);
  if (names == modules_.end()) {
    const std::string other = nearest(modules_, import.module);
    text += "; there is no module of that name";
    return other.empty() ? text : text + ", the nearest is " + quoted(other);
  }
  const std::string other = nearest(names->second, import.name);
  if (other.empty()) return text + "; that module exports nothing";
  return text + "; the nearest export is " + quoted(other) + ", " + describe(*find(import.module, other));
}

Instantiated Linker::instantiate(std::shared_ptr<const CompiledModule> module, std::string name,
                                 const std::atomic<bool>* cancel) const {
  const std::vector<Extern> imports = resolve(*module);
  if (name.empty()) name = module->name();
  return store_.instantiate(std::move(module), imports, std::move(name), cancel);
}

}  // namespace wasmjet
