// JsonStage: JSON documents on their way into a table. No SQL text makes every document, a row
// image does: so documents whose text is not enough are first put into the table
// penstock.copy_json by row images, from where the INSERT takes them, in the same transaction.
//
// One thread, that of the connection, which open_destination() has prepared for row images.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "binlog/binlog_statement.h"
#include "binlog/encoding.h"
#include "mysql/connection.h"
#include "penstock/result.h"

namespace penstock::snapshot {

// Where it is missing.
[[nodiscard]] Result<void> create_json_stage_table(mysql::Connection& destination);

class JsonStage {
public:
    // Of the session with this connection id.
    explicit JsonStage(std::uint64_t connection);

    // Keeps a document in its binary form; returns the SQL expression that will give it.
    [[nodiscard]] std::string add(std::string_view binary);
    // Of all that flush() would send, in bytes; 0: nothing.
    [[nodiscard]] std::size_t pending_bytes() const;
    // Of the longest statement that no splitting makes shorter: that of one document.
    [[nodiscard]] std::size_t largest_statement_bytes() const;

    // Inside an open transaction: writes what was added, for the statements that come, in
    // statements of statement_bytes_max or of one document.
    [[nodiscard]] Result<void> flush(mysql::Connection& destination);
    // Before the transaction's commit: takes everything away again.
    [[nodiscard]] Result<void> clear(mysql::Connection& destination);

private:
    const std::uint64_t connection_;
    const binlog::TableShape shape_;
    [[nodiscard]] Result<void> send(mysql::Connection& destination, std::string_view rows);

    std::string rows_;
    std::vector<std::size_t> row_ends_;  // in rows_
    std::size_t largest_row_bytes_ = 0;
    std::uint32_t last_number_ = 0;
    bool written_ = false;
};

}  // namespace penstock::snapshot
