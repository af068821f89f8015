// Statistics: what is in binlog files, counted. Pure, one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "binlog/format_description.h"
#include "binlog/table_cache.h"
#include "penstock/result.h"

namespace penstock::inspect {

struct Tally {
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
};

struct TableTally {
    std::uint64_t inserted = 0;  // rows
    std::uint64_t updated = 0;
    std::uint64_t deleted = 0;
    std::uint64_t bytes = 0;  // of rows events
    [[nodiscard]] std::uint64_t rows() const { return inserted + updated + deleted; }
};

// The largest of something, and where it is.
struct Largest {
    std::uint64_t bytes = 0;
    std::string file;
    std::uint64_t offset = 0;
};

struct FileTally {
    std::string name;
    std::string server_version;
    std::uint64_t bytes = 0;
};

struct Totals {
    std::vector<FileTally> files;
    Tally events;  // in the files; those in compressed transactions count with their types
    std::array<Tally, 256> types{};  // by event type, those in compressed transactions included
    std::map<std::pair<std::string, std::string>, TableTally> tables;  // by schema and table
    std::uint64_t transactions = 0;
    std::uint64_t rows = 0;
    std::uint64_t compressed_transactions = 0;
    std::uint64_t compressed_bytes = 0;  // of these, in the file
    std::uint64_t expanded_bytes = 0;    // of the events in them
    Largest largest_transaction;
    Largest largest_event;
    std::uint32_t first_timestamp = 0;  // seconds since 1970; 0: none
    std::uint32_t last_timestamp = 0;
};

class Statistics {
public:
    Statistics();

    // Before the first event of each file.
    void begin_file(const std::string& name);
    // Events in their order. Error: an event that can't be read.
    [[nodiscard]] Result<void> add(const binlog::EventView& event);
    // One that is not to be counted: only what later events need of it is looked at.
    [[nodiscard]] Result<void> pass_over(const binlog::EventView& event);
    // After the last event of a file.
    void end_file(const std::optional<binlog::FormatDescription>& format, std::uint64_t bytes);

    [[nodiscard]] const Totals& totals() const { return totals_; }

private:
    void count_event(const binlog::EventView& event);
    [[nodiscard]] Result<void> look_into(const binlog::EventView& event);
    [[nodiscard]] Result<void> add_table_map(const binlog::EventView& event);
    [[nodiscard]] Result<void> add_rows(const binlog::EventView& event);
    [[nodiscard]] Result<void> add_payload(const binlog::EventView& event);
    void begin_transaction(const binlog::EventView& event);
    void end_transaction();

    Totals totals_;
    binlog::Flavour flavour_ = binlog::Flavour::mysql;
    binlog::TableCache tables_;
    std::vector<TableTally*> tallies_;  // by Table::number, into totals_.tables; null before rows
    std::string expanded_;
    std::string file_;
    bool in_transaction_ = false;
    std::uint64_t transaction_offset_ = 0;
    std::uint64_t transaction_bytes_ = 0;
};

}  // namespace penstock::inspect
