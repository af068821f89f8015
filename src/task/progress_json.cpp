#include <fmt/format.h>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "task/errors.h"
#include "task/progress.h"
#include "task/stage_json.h"

namespace penstock::task {
namespace {

using Json = nlohmann::ordered_json;

Json time_json(const std::optional<WallTime>& time) {
    return time ? Json(to_rfc3339(*time)) : Json(nullptr);
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json module_json(ModuleId id, const ModuleProgress& module, WallTime now) {
    Json json;
    json["id"] = to_string(id);
    json["title"] = title(id);
    json["state"] = to_string(module.state);
    json["started"] = time_json(module.started);
    json["finished"] = time_json(module.finished);
    json["seconds"] = rounded(module.seconds(now));
    json["done"] = module.done;
    json["total"] = module.total;
    json["unit"] = module.unit;
    json["rate"] = rounded(module.rate);
    json["bytes"] = module.bytes;
    const auto eta = module.eta_seconds();
    json["eta_seconds"] = eta ? Json(rounded(*eta)) : Json(nullptr);
    json["note"] = module.note;
    return json;
}

Json modules_json(const TaskStatus& status) {
    Json modules = Json::array();
    for (std::size_t i = 0; i < module_count; ++i) {
        modules.push_back(module_json(static_cast<ModuleId>(i), status.modules[i], status.at));
    }
    return modules;
}

Json apply_json(const std::optional<ApplyCounters>& apply, const std::optional<ApplyFlow>& flow) {
    if (!apply) return nullptr;
    const ApplyFlow now = flow.value_or(ApplyFlow{});
    const auto seconds = std::chrono::duration<double>(apply->commit_time_max);
    return {{"mode", apply->mode},
            {"pipeline_depth", apply->pipeline_depth},
            {"in_flight", apply->in_flight},
            {"in_flight_mean", rounded(apply->in_flight_mean())},
            {"in_flight_max", apply->in_flight_max},
            {"batches_decoded_ahead", apply->batches_decoded_ahead},
            {"units", apply->units},
            {"transactions", apply->transactions},
            {"rows", apply->rows},
            {"rows_written", apply->rows_written},
            {"rows_kept_in_order", apply->rows_kept_in_order},
            {"statement_bytes", apply->statement_bytes},
            {"commit_seconds_mean", rounded_finely(apply->commit_seconds_mean())},
            {"commit_seconds_max", rounded_finely(seconds.count())},
            {"retries", apply->retries},
            {"units_rate", rounded(now.rate(now.units))},
            {"transactions_rate", rounded(now.rate(now.transactions))},
            {"rows_rate", rounded(now.rate(now.rows))},
            {"statement_bytes_rate", rounded(now.rate(now.statement_bytes))}};
}

Json relay_json(const std::optional<RelayProgress>& relay) {
    if (!relay) return nullptr;
    return {{"bytes", relay->bytes},
            {"segments", relay->segments},
            {"free_bytes", relay->free_bytes},
            {"paused_seconds", rounded(relay->paused_seconds)},
            {"purged_bytes", relay->purged_bytes},
            {"purged_segments", relay->purged_segments},
            {"fed_from_memory_bytes", relay->fed_from_memory_bytes},
            {"fed_from_disk_bytes", relay->fed_from_disk_bytes}};
}

Json gate_json(const std::optional<GateProgress>& gate) {
    if (!gate) return nullptr;
    Json json;
    json["state"] = gate->state;
    json["held"] = gate->count("held") + gate->count("ready");
    json["released"] = gate->count("released");
    json["skipped"] = gate->count("skipped_expired");
    json["failed"] = gate->count("failed") + gate->count("conflict");
    json["requested_by"] = text_or_null(gate->requested_by);
    json["released_at"] = time_json(gate->released_at);
    json["lag_at_release"] = gate->lag_at_release ? Json(*gate->lag_at_release) : Json(nullptr);
    json["note"] = gate->note;
    json["events"] = Json::array();
    for (const ScheduledEventProgress& event : gate->events) {
        json["events"].push_back({{"name", event.name},
                                  {"state", event.state},
                                  {"status", event.status},
                                  {"note", event.note}});
    }
    return json;
}

Json error_json(const std::optional<Error>& error) {
    if (!error) return nullptr;
    return {{"code", fmt::format("PST-{:04}", error->code.number)},
            {"kind", to_string(error->kind)},
            {"text", error->text},
            {"remedy", error->remedy}};
}

Json totals_json(const Totals& totals) {
    return {{"rows_copied", totals.rows_copied},
            {"bytes_copied", totals.bytes_copied},
            {"transactions_applied", totals.transactions_applied},
            {"rows_applied", totals.rows_applied},
            {"bytes_captured", totals.bytes_captured},
            {"ddl_applied", totals.ddl_applied}};
}

// Server texts may hold bytes that are not UTF-8: they are replaced, never thrown at the caller.
std::string dump(const Json& json, bool pretty) {
    return json.dump(pretty ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

std::optional<ModuleProgress> module_from(const Json& json) {
    if (!json.is_object()) return std::nullopt;
    const auto text = [&](const char* key) {
        const auto found = json.find(key);
        const bool there = found != json.end() && found->is_string();
        return there ? found->get<std::string>() : std::string();
    };
    const auto number = [&](const char* key) {
        const auto found = json.find(key);
        return found != json.end() && found->is_number_unsigned() ? found->get<std::uint64_t>()
                                                                  : std::uint64_t{0};
    };
    const auto state = module_state(text("state"));
    if (!state) return std::nullopt;
    ModuleProgress module;
    module.state = *state;
    module.started = from_rfc3339(text("started"));
    module.finished = from_rfc3339(text("finished"));
    module.done = number("done");
    module.total = number("total");
    module.unit = text("unit");
    module.bytes = number("bytes");
    module.note = text("note");
    return module;
}

}  // namespace

std::string to_json(const TaskStatus& status, bool pretty) {
    Json json;
    json["version"] = 1;
    json["task"] = status.task;
    json["kind"] = status.kind;
    json["at"] = to_rfc3339(status.at);
    json["state"] = to_string(status.state);
    json["error"] = error_json(status.error);
    json["modules"] = modules_json(status);
    json["lag"] = lag_json(status.lag);
    json["apply"] = apply_json(status.stages.apply, status.flow.apply);
    json["relay"] = relay_json(status.relay);
    json["stages"] = stages_json(status.stages, status.flow);
    json["gate"] = gate_json(status.gate);
    json["totals"] = totals_json(status.totals);
    return dump(json, pretty);
}

std::string modules_to_json(const TaskStatus& status) {
    return dump(modules_json(status), false);
}

Result<std::array<ModuleProgress, module_count>> modules_from_json(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    std::array<ModuleProgress, module_count> modules;
    bool good = json.is_array() && json.size() == module_count;
    for (std::size_t i = 0; good && i < module_count; ++i) {
        const auto module = module_from(json[i]);
        good = module && json[i].contains("id") &&
               json[i].at("id") == to_string(static_cast<ModuleId>(i));
        if (good) modules[i] = *module;
    }
    if (!good) {
        return fail(ErrorKind::corrupt, error_task_state,
                    "the module states in penstock.task can't be understood",
                    "they were written by another version of penstock, or by hand");
    }
    return modules;
}

std::string to_rfc3339(WallTime time) {
    const auto since_epoch = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
    const auto whole = std::chrono::floor<std::chrono::seconds>(since_epoch);
    const std::time_t seconds = static_cast<std::time_t>(whole.count());
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       (since_epoch - whole).count());
}

std::optional<WallTime> from_rfc3339(std::string_view text) {
    const std::string copy(text);
    std::tm parts{};
    int milliseconds = 0;
    if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &parts.tm_year, &parts.tm_mon,
                    &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec,
                    &milliseconds) != 7) {
        return std::nullopt;
    }
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    return WallTime(std::chrono::seconds(timegm(&parts))) + std::chrono::milliseconds(milliseconds);
}

}  // namespace penstock::task
