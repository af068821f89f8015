#include "cli/binlog_stat_view.h"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/quantity.h"
#include "binlog/event_type.h"
#include "task/progress.h"

namespace penstock::cli {
namespace {

using inspect::Largest;
using inspect::TableTally;
using inspect::Tally;
using inspect::Totals;
using Json = nlohmann::ordered_json;

struct NamedTable {
    std::string schema;
    std::string table;
    TableTally tally;
};

// The busiest first.
std::vector<NamedTable> sorted_tables(const Totals& totals) {
    std::vector<NamedTable> tables;
    for (const auto& [name, tally] : totals.tables) {
        tables.push_back({name.first, name.second, tally});
    }
    std::stable_sort(tables.begin(), tables.end(),
                     [](const auto& a, const auto& b) { return a.tally.bytes > b.tally.bytes; });
    return tables;
}

struct NamedType {
    std::string name;
    Tally tally;
};

std::vector<NamedType> sorted_types(const Totals& totals) {
    std::vector<NamedType> types;
    for (std::size_t i = 0; i < totals.types.size(); ++i) {
        if (totals.types[i].count == 0) continue;
        std::string name = binlog::to_string(static_cast<binlog::EventType>(i));
        if (name == "Unknown") name += fmt::format(" {}", i);
        types.push_back({std::move(name), totals.types[i]});
    }
    std::stable_sort(types.begin(), types.end(),
                     [](const auto& a, const auto& b) { return a.tally.bytes > b.tally.bytes; });
    return types;
}

std::string time_text(std::uint32_t timestamp) {
    return task::to_rfc3339(task::WallTime{} + std::chrono::seconds(timestamp));
}

std::string place(const Largest& largest) {
    return fmt::format("{} at {}:{}", base::format_size(static_cast<double>(largest.bytes)),
                       largest.file, largest.offset);
}

Json place_json(const Largest& largest) {
    if (largest.bytes == 0) return nullptr;
    return {{"bytes", largest.bytes}, {"file", largest.file}, {"offset", largest.offset}};
}

Json time_json(std::uint32_t timestamp) {
    return timestamp == 0 ? Json(nullptr) : Json(time_text(timestamp));
}

std::string size(std::uint64_t bytes) {
    return base::format_size(static_cast<double>(bytes));
}

}  // namespace

std::string statistics_text(const Totals& totals) {
    std::string out;
    const auto line = [&](const std::string& text) { out += text + "\n"; };
    for (const inspect::FileTally& file : totals.files) {
        line(fmt::format("{}  {}, {}", file.name, file.server_version, size(file.bytes)));
    }
    line(fmt::format("{} events in {}, {} transactions, {} rows", totals.events.count,
                     size(totals.events.bytes), totals.transactions, totals.rows));
    if (totals.first_timestamp != 0) {
        line(fmt::format("from {} to {}", time_text(totals.first_timestamp),
                         time_text(totals.last_timestamp)));
    }
    if (totals.compressed_transactions != 0) {
        line(fmt::format("{} compressed transactions: {}, expanded {}",
                         totals.compressed_transactions, size(totals.compressed_bytes),
                         size(totals.expanded_bytes)));
    }
    if (totals.largest_transaction.bytes != 0) {
        line("largest transaction: " + place(totals.largest_transaction));
    }
    if (totals.largest_event.bytes != 0) line("largest event: " + place(totals.largest_event));
    line(fmt::format("\n{:<32} {:>12} {:>12}", "event type", "events", "bytes"));
    for (const NamedType& type : sorted_types(totals)) {
        line(fmt::format("{:<32} {:>12} {:>12}", type.name, type.tally.count,
                         size(type.tally.bytes)));
    }
    if (totals.tables.empty()) return out;
    line(fmt::format("\n{:<40} {:>12} {:>12} {:>12} {:>12}", "table", "inserted", "updated",
                     "deleted", "bytes"));
    for (const NamedTable& table : sorted_tables(totals)) {
        line(fmt::format("{:<40} {:>12} {:>12} {:>12} {:>12}", table.schema + "." + table.table,
                         table.tally.inserted, table.tally.updated, table.tally.deleted,
                         size(table.tally.bytes)));
    }
    return out;
}

std::string statistics_json(const Totals& totals) {
    Json json;
    json["files"] = Json::array();
    for (const inspect::FileTally& file : totals.files) {
        json["files"].push_back(
            {{"file", file.name}, {"server_version", file.server_version}, {"bytes", file.bytes}});
    }
    json["events"] = totals.events.count;
    json["bytes"] = totals.events.bytes;
    json["transactions"] = totals.transactions;
    json["rows"] = totals.rows;
    json["first_time"] = time_json(totals.first_timestamp);
    json["last_time"] = time_json(totals.last_timestamp);
    json["types"] = Json::array();
    for (const NamedType& type : sorted_types(totals)) {
        json["types"].push_back(
            {{"type", type.name}, {"events", type.tally.count}, {"bytes", type.tally.bytes}});
    }
    json["tables"] = Json::array();
    for (const NamedTable& table : sorted_tables(totals)) {
        json["tables"].push_back({{"schema", table.schema},
                                  {"table", table.table},
                                  {"inserted", table.tally.inserted},
                                  {"updated", table.tally.updated},
                                  {"deleted", table.tally.deleted},
                                  {"bytes", table.tally.bytes}});
    }
    json["compressed"] = {{"transactions", totals.compressed_transactions},
                          {"bytes", totals.compressed_bytes},
                          {"expanded_bytes", totals.expanded_bytes}};
    json["largest_transaction"] = place_json(totals.largest_transaction);
    json["largest_event"] = place_json(totals.largest_event);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace penstock::cli
