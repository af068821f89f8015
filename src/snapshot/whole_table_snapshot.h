// WholeTableSnapshot: all rows of one table as of one exactly known set of transactions.
//
// How: with the table locked for reading on one connection, no transaction that changed it can be
// between its commit and its entry in gtid_executed; so a consistent snapshot taken now on another
// connection and gtid_executed read now say the same about this table. The lock is let go once the
// snapshot's SELECT has begun: from then on the SELECT's own metadata lock keeps the table's
// definition. Tables of engines without transactions have no snapshots: they stay locked until
// their rows are read.
//
// The source's thread. The reader's transaction is open until finish().
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "snapshot/table_shape.h"

namespace penstock::snapshot {

class WholeTableSnapshot {
public:
    // `reader` must outlive the snapshot. Waits for the lock a bounded number of times.
    [[nodiscard]] static Result<WholeTableSnapshot> open(mysql::Connection& reader,
                                                         const TableShape& table,
                                                         const std::string& select,
                                                         const std::stop_token& stop);

    [[nodiscard]] mysql::RowStream& rows() { return *rows_; }
    [[nodiscard]] const std::string& gtid_set() const { return gtid_set_; }
    // After the last row.
    [[nodiscard]] Result<void> finish();

private:
    WholeTableSnapshot(mysql::Connection& reader, mysql::Connection locker)
        : reader_(&reader), locker_(std::move(locker)) {}

    mysql::Connection* reader_;
    std::optional<mysql::Connection> locker_;  // holds the lock of a table without transactions
    std::optional<mysql::RowStream> rows_;
    std::string gtid_set_;
};

}  // namespace penstock::snapshot
