// Selection: which events of binlog files are wanted, by position, time or GTID. One thread.
//
// Positions select events: the first file's from `start_position` on, the last file's before
// `stop_position`. Times and GTIDs select whole transactions, by their GTID event; what belongs to
// no transaction is wanted only where neither is asked for. A transaction without a GTID event
// (before MySQL 5.6) is selected event by event, by their times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "binlog/event_view.h"
#include "penstock/gtid_set.h"
#include "penstock/mariadb_gtid_set.h"
#include "penstock/result.h"

namespace penstock::inspect {

using AnyGtidSet = std::variant<GtidSet, MariadbGtidSet>;

struct SelectionOptions {
    std::optional<std::uint64_t> start_position;  // bytes
    std::optional<std::uint64_t> stop_position;   // excluded
    std::optional<std::int64_t> start_time;       // seconds since 1970
    std::optional<std::int64_t> stop_time;        // excluded
    // Of the files' flavour, else judge() says so.
    std::optional<AnyGtidSet> gtids;  // only these
    std::optional<AnyGtidSet> excluded_gtids;
};

// "2026-11-22 17:00:00", with T or a space, with or without Z: UTC. Seconds since 1970;
// error_range.
[[nodiscard]] Result<std::int64_t> parse_time(std::string_view text);

// The text's form tells whose it is: "uuid:1-5", or MariaDB's "0-1-7". error_range.
[[nodiscard]] Result<AnyGtidSet> parse_gtids(std::string_view text);

class Selection {
public:
    enum class Verdict : std::uint8_t { wanted, unwanted, past_the_end };

    explicit Selection(SelectionOptions options) : options_(std::move(options)) {}

    void begin_file(bool first, bool last);
    // Events in their order, all of them. error_range: GTIDs are asked for that its file can't
    // have.
    [[nodiscard]] Result<Verdict> judge(const binlog::EventView& event);

private:
    [[nodiscard]] bool by_transaction() const;
    [[nodiscard]] Result<void> check_flavour(const binlog::EventView& format) const;
    template <class Set, class Gtid>
    [[nodiscard]] bool wants_gtid(const Gtid& gtid) const;
    [[nodiscard]] Result<bool> wants_transaction(const binlog::EventView& event) const;
    [[nodiscard]] bool wants_time(std::uint32_t timestamp) const;

    SelectionOptions options_;
    bool first_file_ = true;
    bool last_file_ = true;
    std::optional<bool> transaction_wanted_;  // of the transaction we are in
};

}  // namespace penstock::inspect
