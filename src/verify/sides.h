// Sides: a table on both servers, with a connection to each. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "mysql/endpoint.h"
#include "penstock/result.h"
#include "snapshot/key_range.h"
#include "snapshot/table_shape.h"
#include "verify/row_digest.h"

namespace penstock::verify {

struct TablePair {
    snapshot::TableShape source;
    snapshot::TableShape destination;  // with the same columns and key
};

struct Sides {
    mysql::Connection source;
    mysql::Connection destination;
    Aggregate aggregate = Aggregate::wide;

    [[nodiscard]] static Result<Sides> open(const mysql::Endpoint& source,
                                            const mysql::Endpoint& destination);
};

struct Digest {
    std::uint64_t rows = 0;
    std::string digest;
    friend bool operator==(const Digest&, const Digest&) = default;
};

// Runs "SELECT COUNT(*), <digest>…" and reads its one row.
[[nodiscard]] Result<Digest> read_digest(mysql::Connection& connection, const std::string& sql);
[[nodiscard]] Result<std::uint64_t> parse_count(std::string_view text);

// A row's values as read_expression gives them, in table order; of JSON with the types in front
// (json_types.h).
using RowValues = std::vector<std::optional<std::string>>;
// The first row that meets the condition.
[[nodiscard]] Result<std::optional<RowValues>> read_row(mysql::Connection& connection,
                                                        const snapshot::TableShape& table,
                                                        const std::string& condition);

// "`a` = 5": a value for people, exact where it is short.
[[nodiscard]] std::string describe_value(const snapshot::ColumnShape& column,
                                         const std::optional<std::string>& value);
// "`c`: 'x' on source, NULL on destination" for each column that differs; empty: none does.
[[nodiscard]] std::string describe_differences(const snapshot::TableShape& table,
                                               const RowValues& source,
                                               const RowValues& destination);
// "`a` = 5 AND `b` = 'x'", for people.
[[nodiscard]] std::string describe_row(const snapshot::TableShape& table, const RowValues& row);

}  // namespace penstock::verify
