// FileHistory: which transactions the events of a binlog file hold, up to now. Pure, fed the parts
// of all its events in their order.
#pragma once

#include <cstdint>
#include <string>

#include "binlog/checksum.h"
#include "binlog/event_header.h"
#include "capture/part.h"
#include "penstock/gtid_set.h"
#include "penstock/result.h"

namespace penstock::capture {

class FileHistory {
public:
    // `executed`: by the file's PREVIOUS_GTIDS event.
    explicit FileHistory(GtidSet executed) : executed_(std::move(executed)) {}

    // Of an event that begins at `start`. error_files_unusable: a transaction without GTID.
    [[nodiscard]] Result<void> take(const Part& part, std::uint64_t start);

    // Transactions whose beginning was seen, and those before the file.
    [[nodiscard]] const GtidSet& executed() const { return executed_; }
    // Where the last one ends, as its beginning says; 0 before the first, and in files of servers
    // that don't say.
    [[nodiscard]] std::uint64_t transaction_end() const { return transaction_end_; }
    [[nodiscard]] const Gtid& last() const { return last_; }

private:
    [[nodiscard]] Result<void> take_whole(base::Bytes event, std::uint64_t start);

    GtidSet executed_;
    Gtid last_;
    std::uint64_t transaction_end_ = 0;
    binlog::EventHeader header_;
    binlog::ChecksumAlgorithm checksum_ = binlog::ChecksumAlgorithm::none;
    std::string joined_;
};

}  // namespace penstock::capture
