// RowWriter: writes rows of one table to the destination, in multi-row INSERTs inside transactions
// that also store how far the part is. One thread, that of the connection.
//
// After an error nothing more can be done with the writer: the caller closes the connection, which
// rolls the open transaction back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "snapshot/copy_ledger.h"
#include "snapshot/copy_statement.h"
#include "snapshot/json_stage.h"

namespace penstock::snapshot {

class RowWriter {
public:
    // `packet_bytes_max`: the destination's max_allowed_packet. `moving`: rows may change between
    // reads, so that secondary unique keys can be met twice.
    RowWriter(mysql::Connection& destination, const TableShape& table,
              const CopyStatement& statement, std::size_t packet_bytes_max, bool moving);

    [[nodiscard]] Result<void> add(const mysql::Row& row);
    // Adds what was written since the last commit to the part's counts, stores the part and
    // commits, if the fence still holds.
    [[nodiscard]] Result<void> commit(const Fence& fence, Part& part);

    [[nodiscard]] std::uint64_t open_rows() const { return open_rows_; }
    [[nodiscard]] std::uint64_t open_bytes() const { return open_bytes_; }

private:
    [[nodiscard]] tl::unexpected<Error> too_large(std::size_t bytes) const;
    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> flush();
    [[nodiscard]] Result<void> insert();
    [[nodiscard]] Result<void> insert_enum_zeros();
    [[nodiscard]] Result<void> replace_moved(Error duplicate);

    mysql::Connection& destination_;
    const TableShape& table_;
    const CopyStatement& statement_;
    JsonStage stage_;
    const std::size_t statement_limit_;  // bytes
    const bool moving_;

    std::string sql_;
    std::size_t statement_rows_ = 0;
    std::size_t statement_enum_zeros_ = 0;
    bool in_transaction_ = false;
    std::uint64_t open_rows_ = 0;   // since the last commit
    std::uint64_t open_bytes_ = 0;  // of values, since the last commit
};

}  // namespace penstock::snapshot
