#include "task/stage_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace penstock::task {
namespace {

using Json = nlohmann::ordered_json;

Json quantiles_json(const Quantiles& quantiles) {
    const auto value = [](const std::optional<double>& seconds) {
        return seconds ? Json(rounded_finely(*seconds)) : Json(nullptr);
    };
    return {{"p50", value(quantiles.p50)},
            {"p99", value(quantiles.p99)},
            {"max", value(quantiles.max)}};
}

Json capture_json(const CaptureFlow& flow) {
    const auto rate = [&](std::uint64_t count) {
        return flow.seconds > 0 ? rounded(static_cast<double>(count) / flow.seconds) : 0;
    };
    return {{"seconds", rounded(flow.seconds)},
            {"bytes", flow.bytes},
            {"events", flow.events},
            {"bytes_rate", rate(flow.bytes)},
            {"events_rate", rate(flow.events)},
            {"busy", rounded(flow.busy)},
            {"awaiting_source", rounded(flow.awaiting_source)},
            {"awaiting_disk", rounded(flow.awaiting_disk)},
            {"paused", rounded(flow.paused)},
            {"unflushed_bytes", flow.unflushed_bytes}};
}

Json relay_json(const CaptureFlow& flow) {
    const double mean =
        flow.groups > 0 ? static_cast<double>(flow.group_bytes) / static_cast<double>(flow.groups)
                        : 0;
    return {{"groups", flow.groups},
            {"bytes", flow.group_bytes},
            {"group_bytes_mean", rounded(mean)},
            {"group_seconds", quantiles_json(flow.group_seconds)}};
}

Json writing_json(const ApplyCounters& now, const ApplyFlow& flow) {
    const auto ratio = flow.coalescing_ratio();
    return {{"mode", now.mode},
            {"seconds", rounded(flow.seconds)},
            {"units", flow.units},
            {"transactions", flow.transactions},
            {"rows", flow.rows},
            {"rows_written", flow.rows_written},
            {"rows_kept_in_order", flow.rows_kept_in_order},
            {"coalescing_ratio", ratio ? Json(rounded(*ratio)) : Json(nullptr)},
            {"statement_bytes", flow.statement_bytes},
            {"retries", flow.retries},
            {"units_rate", rounded(flow.rate(flow.units))},
            {"transactions_rate", rounded(flow.rate(flow.transactions))},
            {"rows_rate", rounded(flow.rate(flow.rows))},
            {"statement_bytes_rate", rounded(flow.rate(flow.statement_bytes))},
            {"transactions_per_unit", rounded(flow.per_unit(flow.transactions))},
            {"rows_per_unit", rounded(flow.per_unit(flow.rows))},
            {"bytes_per_unit", rounded(flow.per_unit(flow.statement_bytes))},
            {"in_flight", now.in_flight},
            {"in_flight_mean", rounded(flow.in_flight_mean)},
            {"pipeline_depth", now.pipeline_depth},
            {"busy", rounded(flow.writing_busy)},
            {"starved", rounded(flow.writing_starved)},
            {"awaiting_destination", rounded(flow.awaiting_destination)},
            {"commit_seconds", quantiles_json(flow.commit_seconds)}};
}

}  // namespace

double rounded(double value) {
    return std::round(value * 1e3) / 1e3;
}

double rounded_finely(double value) {
    return std::round(value * 1e6) / 1e6;
}

Json lag_json(const std::optional<LagProgress>& lag) {
    if (!lag) return nullptr;
    return {{"transactions", lag->transactions},
            {"seconds", rounded(lag->seconds)},
            {"bytes", lag->bytes},
            {"caught_up", lag->caught_up}};
}

Json stages_json(const StageCounters& counters, const StageFlow& flow) {
    Json json{{"capture", nullptr}, {"relay", nullptr},   {"grouping", nullptr},
              {"queue", nullptr},   {"writing", nullptr}, {"bottleneck", nullptr}};
    if (flow.capture) {
        json["capture"] = capture_json(*flow.capture);
        json["relay"] = relay_json(*flow.capture);
    }
    if (flow.apply && counters.apply) {
        json["grouping"] = {{"busy", rounded(flow.apply->grouping_busy)},
                            {"starved", rounded(flow.apply->grouping_starved)},
                            {"blocked", rounded(flow.apply->grouping_blocked)},
                            {"awaiting_decoding", rounded(flow.apply->awaiting_decoding)}};
        json["queue"] = {{"pieces", counters.apply->queued_pieces},
                         {"bytes", counters.apply->queued_bytes}};
        json["writing"] = writing_json(*counters.apply, *flow.apply);
    }
    if (const auto bottleneck = flow.bottleneck()) json["bottleneck"] = to_string(*bottleneck);
    return json;
}

std::string to_stats_line(const TaskStatus& status, const StageFlow& flow, double seconds) {
    Json running = Json::array();
    for (std::size_t i = 0; i < module_count; ++i) {
        if (status.modules[i].state != ModuleState::running) continue;
        running.push_back(to_string(static_cast<ModuleId>(i)));
    }
    const auto& capture = status.stages.capture;
    const auto& apply = status.stages.apply;
    Json line{{"version", 1},
              {"task", status.task},
              {"at", to_rfc3339(status.at)},
              {"seconds", rounded(seconds)},
              {"state", to_string(status.state)},
              {"modules", running}};
    line.update(stages_json(status.stages, flow));
    line["lag"] = lag_json(status.lag);
    line["total"] = {{"bytes_captured", capture ? capture->bytes : 0},
                     {"units", apply ? apply->units : 0},
                     {"transactions", apply ? apply->transactions : 0},
                     {"rows", apply ? apply->rows : 0}};
    return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace penstock::task
