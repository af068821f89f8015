#include "cli/events_view.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace penstock::cli {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

std::string full_name(const gate::EventView& event) {
    return event.schema + "." + event.name;
}

Json gate_json(const gate::GateView& gate) {
    Json json;
    json["state"] = gate.state;
    json["requested_at"] = text_or_null(gate.requested_at);
    json["requested_by"] = text_or_null(gate.requested_by);
    json["reason"] = text_or_null(gate.request_reason);
    json["opened_at"] = text_or_null(gate.opened_at);
    json["opened_by"] = text_or_null(gate.opened_by);
    json["lag_transactions"] = gate.lag_transactions ? Json(*gate.lag_transactions) : Json(nullptr);
    json["lag_seconds"] = gate.lag_seconds ? Json(*gate.lag_seconds) : Json(nullptr);
    json["marker"] = text_or_null(gate.marker);
    json["message"] = text_or_null(gate.message);
    return json;
}

Json event_json(const gate::EventView& event) {
    Json json;
    json["name"] = full_name(event);
    json["schema"] = event.schema;
    json["event"] = event.name;
    json["state"] = event.state;
    json["wanted_status"] = event.source_status;
    json["status"] = text_or_null(event.final_status);
    json["definer"] = event.definer;
    json["time_zone"] = event.time_zone;
    json["schedule"] = event.schedule;
    json["origin"] = event.origin;
    json["statements"] = event.statements;
    json["last_gtid"] = text_or_null(event.last_gtid);
    json["next_run"] = text_or_null(event.next_run);
    json["last_executed"] = text_or_null(event.last_executed);
    json["released_at"] = text_or_null(event.released_at);
    json["error"] = text_or_null(event.error);
    json["remedy"] = text_or_null(event.remedy);
    json["message"] = text_or_null(event.message);
    json["create_sql"] = event.create_sql;
    return json;
}

// Server texts go to a terminal: control characters could move its cursor.
std::string plain(std::string text) {
    for (char& c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) c = '?';
    }
    return text;
}

}  // namespace

std::vector<std::string> events_table(const gate::GateView& gate) {
    std::size_t name_width = 5;
    std::size_t schedule_width = 8;
    for (const gate::EventView& event : gate.events) {
        name_width = std::max(name_width, full_name(event).size());
        schedule_width = std::max(schedule_width, event.schedule.size());
    }
    const auto line = [&](std::string_view name, std::string_view state, std::string_view status,
                          std::string_view schedule, std::string_view definer,
                          std::string_view next) {
        return plain(fmt::format("{:<{}}  {:<17}  {:<21}  {:<{}}  {:<24}  {}", name, name_width,
                                 state, status, schedule, schedule_width, definer, next));
    };
    std::vector<std::string> lines;
    lines.push_back(line("EVENT", "STATE", "WANTED", "SCHEDULE", "DEFINER", "NEXT RUN"));
    for (const gate::EventView& event : gate.events) {
        lines.push_back(line(full_name(event), event.state, event.source_status, event.schedule,
                             event.definer, event.next_run));
        const std::string& said = event.error.empty() ? event.message : event.error;
        if (!said.empty()) lines.push_back("  " + plain(said));
        if (!event.remedy.empty()) lines.push_back("  Remedy: " + plain(event.remedy));
    }
    return lines;
}

std::string event_text(const gate::EventView& event) {
    std::string text;
    const auto add = [&](std::string_view label, const std::string& value) {
        if (!value.empty()) text += fmt::format("{:<14}{}\n", label, plain(value));
    };
    add("event", full_name(event));
    add("state", event.state);
    add("wanted status", event.source_status);
    add("status", event.final_status);
    add("schedule", event.schedule);
    add("time zone", event.time_zone);
    add("definer", event.definer);
    add("last run", event.last_executed);
    add("comment", event.comment);
    add("origin", fmt::format("{}, changed by {} statements{}", event.origin, event.statements,
                              event.last_gtid.empty() ? "" : ", last " + event.last_gtid));
    add("released", event.released_at);
    add("next run", event.next_run);
    add("error", event.error);
    add("remedy", event.remedy);
    add("message", event.message);
    text += event.create_sql + "\n";
    return text;
}

std::string gate_text(const gate::GateView& gate) {
    std::string text = fmt::format("gate {}", gate.state);
    if (!gate.opened_at.empty()) {
        text += fmt::format(" since {} UTC, by {}", gate.opened_at, gate.opened_by);
        if (gate.lag_transactions)
            text += fmt::format(", lag {} transactions", *gate.lag_transactions);
    } else if (!gate.requested_at.empty()) {
        text += fmt::format(", release asked for at {} UTC by {}", gate.requested_at,
                            gate.requested_by);
    }
    if (!gate.message.empty()) text += ": " + gate.message;
    return plain(text);
}

std::string events_json(const gate::GateView& gate) {
    Json json;
    json["gate"] = gate_json(gate);
    json["events"] = Json::array();
    for (const gate::EventView& event : gate.events) json["events"].push_back(event_json(event));
    return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace penstock::cli
