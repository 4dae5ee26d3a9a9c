#include <nlohmann/json.hpp>

#include "cli/counts/report.hpp"

namespace wasmjet::cli::counts {
namespace {

using Json = nlohmann::ordered_json;

Json functions(const ModuleCounts& module) {
  Json list = Json::array();
  for (const FunctionCount& function : module.functions) {
    list.push_back({{"index", function.index},
                    {"name", function.name},
                    {"calls", function.calls},
                    {"instructions", function.instructions}});
  }
  return list;
}

Json loops(const ModuleCounts& module) {
  Json list = Json::array();
  for (const LoopCount& loop : module.loops) {
    list.push_back({{"function", module.functions[loop.function].index},
                    {"begin", loop.begin},
                    {"end", loop.end},
                    {"depth", loop.depth},
                    {"entries", loop.entries},
                    {"iterations", loop.iterations}});
  }
  return list;
}

Json opcodes(const ModuleCounts& module) {
  Json object = Json::object();
  for (const InstructionCount& instruction : module.opcodes) {
    object[std::string(text_name(instruction.opcode))] = instruction.count;
  }
  return object;
}

Json branches(const ModuleCounts& module) {
  Json list = Json::array();
  for (const BranchCount& branch : module.branches) {
    Json item{{"function", module.functions[branch.function].index},
              {"offset", branch.offset},
              {"instruction", text_name(branch.opcode)},
              {"executed", branch.executed}};
    if (branch.opcode == Opcode::br_table) {
      item["labels"] = branch.taken;
    } else {
      item["taken"] = branch.taken.front();
      item["not_taken"] = branch.executed - branch.taken.front();
    }
    list.push_back(std::move(item));
  }
  return list;
}

Json memory(const ModuleCounts& module) {
  Json list = Json::array();
  for (const InstructionCount& instruction : module.opcodes) {
    if (!concerns_memory(instruction.opcode)) continue;
    const char* const kind = is_load(instruction.opcode)    ? "load"
                             : is_store(instruction.opcode) ? "store"
                                                            : "other";
    list.push_back({{"instruction", text_name(instruction.opcode)},
                    {"kind", kind},
                    {"count", instruction.count},
                    {"bytes", instruction.bytes},
                    {"trapped", instruction.trapped}});
  }
  return list;
}

}  // namespace

std::string report_json(const Counts& counts, const CountSelection& selection) {
  Json modules = Json::array();
  for (const ModuleCounts& module : counts.modules) {
    Json item{{"name", module.name}, {"instructions", module.instructions}, {"calls", module.calls}};
    if (selection.calls || selection.loops || selection.branches) item["functions"] = functions(module);
    if (selection.loops) item["loops"] = loops(module);
    if (selection.opcodes) item["opcodes"] = opcodes(module);
    if (selection.branches) item["branches"] = branches(module);
    if (selection.memory) item["memory"] = memory(module);
    modules.push_back(std::move(item));
  }
  Json json{{"schema", "wasmjet-counts-1"}, {"command", counts.command},
            {"ended", counts.ended},        {"instructions", counts.instructions},
            {"calls", counts.calls},        {"host_calls", counts.host_calls},
            {"modules", std::move(modules)}};
  if (selection.calls) {
    json["host"] = Json::array();
    for (const HostCount& function : counts.host) {
      json["host"].push_back(
          {{"module", function.module}, {"name", function.name}, {"calls", function.calls}});
    }
  }
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wasmjet::cli::counts
