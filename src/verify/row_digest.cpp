#include "verify/row_digest.h"

#include <fmt/format.h>

#include "mysql/connection.h"
#include "snapshot/json_types.h"

namespace penstock::verify {

using snapshot::ColumnKind;
using snapshot::ColumnShape;
using snapshot::TableShape;

std::string column_text_expression(const ColumnShape& column) {
    const std::string name = mysql::quote_identifier(column.name);
    std::string text = snapshot::read_expression(column);
    if (column.kind == ColumnKind::json) {
        // The text is not the whole document: "2020-01-01" may be a string or a DATE.
        text = fmt::format("CONCAT(SHA2({}, 256), SHA2({}, 256))", name,
                           snapshot::json_types_expression(name));
    } else if (column.unbounded) {
        text = "SHA2(" + name + ", 256)";
    } else if (column.kind == ColumnKind::text || column.kind == ColumnKind::binary) {
        text = "CONCAT(LENGTH(" + name + "), ':', CAST(" + name + " AS BINARY))";
    }
    return "IFNULL(" + text + ", 'N')";
}

std::string row_digest_expression(const TableShape& table) {
    std::string columns;
    for (const ColumnShape& column : table.columns) {
        if (!columns.empty()) columns += ", '|', ";
        columns += column_text_expression(column);
    }
    return "SHA2(CONCAT(" + columns + "), 256)";
}

std::string set_digest_expression(const TableShape& table, Aggregate aggregate) {
    const std::string digest = row_digest_expression(table);
    if (aggregate == Aggregate::wide) return "HEX(BIT_XOR(UNHEX(" + digest + ")))";
    return "BIT_XOR(CAST(CONV(LEFT(" + digest + ", 16), 16, 10) AS UNSIGNED))";
}

std::string multiset_digest_expression(const TableShape& table, Aggregate aggregate) {
    return fmt::format("CONCAT({}, '/', SUM(CAST(CONV(LEFT({}, 15), 16, 10) AS UNSIGNED)))",
                       set_digest_expression(table, aggregate), row_digest_expression(table));
}

std::string bucket_expression(const TableShape& table, std::uint64_t buckets) {
    return fmt::format("MOD(CAST(CONV(LEFT({}, 8), 16, 10) AS UNSIGNED), {})",
                       row_digest_expression(table), buckets);
}

}  // namespace penstock::verify
