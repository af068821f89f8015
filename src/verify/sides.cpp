#include "verify/sides.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "snapshot/sessions.h"
#include "verify/errors.h"
#include "verify/limits.h"

namespace penstock::verify {

using mysql::Connection;
using snapshot::ColumnKind;
using snapshot::ColumnShape;
using snapshot::TableShape;

Result<Sides> Sides::open(const mysql::Endpoint& source, const mysql::Endpoint& destination) {
    PENSTOCK_ASSIGN(Connection from, snapshot::open_source(source));
    PENSTOCK_ASSIGN(Connection to, snapshot::open_source(destination));
    const bool wide = from.version().flavour == mysql::Flavour::mysql &&
                      to.version().flavour == mysql::Flavour::mysql &&
                      from.version().at_least(8, 0) && to.version().at_least(8, 0);
    return Sides{std::move(from), std::move(to), wide ? Aggregate::wide : Aggregate::portable};
}

Result<std::uint64_t> parse_count(std::string_view text) {
    std::uint64_t count = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
    if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size()) return count;
    return fail(ErrorKind::corrupt, error_bad_digest,
                "a server answered \"" + std::string(text) + "\" where a row count was asked for");
}

Result<Digest> read_digest(Connection& connection, const std::string& sql) {
    PENSTOCK_ASSIGN(const mysql::ResultSet result, connection.query(sql));
    if (result.row_count() != 1 || result.column_count() != 2) {
        return fail(ErrorKind::corrupt, error_bad_digest,
                    "a server answered a digest query with something else than one row");
    }
    Digest digest;
    PENSTOCK_ASSIGN(digest.rows, parse_count(result.text(0, 0)));
    digest.digest = result.text(0, 1);
    // A digest of no rows is NULL or zeros by server version.
    if (digest.rows == 0) digest.digest.clear();
    return digest;
}

Result<std::optional<RowValues>> read_row(Connection& connection, const TableShape& table,
                                          const std::string& condition) {
    std::string columns;
    for (const ColumnShape& column : table.columns) {
        if (!columns.empty()) columns += ", ";
        columns += snapshot::read_expression(column);
    }
    PENSTOCK_ASSIGN(const mysql::ResultSet result,
                    connection.query("SELECT " + columns + " FROM " + table.quoted_name() +
                                     " WHERE " + condition + " LIMIT 1"));
    if (result.row_count() == 0) return std::optional<RowValues>();
    RowValues values;
    for (const mysql::Value& value : result.row(0)) {
        values.push_back(value ? std::optional<std::string>(*value) : std::nullopt);
    }
    return std::optional<RowValues>(std::move(values));
}

std::string describe_value(const ColumnShape& column, const std::optional<std::string>& value) {
    if (!value) return "NULL";
    switch (column.kind) {
        case ColumnKind::text:
        case ColumnKind::binary:
        case ColumnKind::json:
        case ColumnKind::geometry:
        case ColumnKind::vector:
            break;
        default:
            return *value;
    }
    const bool printable = std::all_of(value->begin(), value->end(), [](char c) {
        return c >= ' ' && c <= '~' && c != '\'' && c != '\\';
    });
    const std::string shown = value->substr(0, value_shown_bytes_max);
    std::string text = printable ? "'" + shown + "'" : "X'" + base::to_hex(shown) + "'";
    if (shown.size() < value->size()) text += fmt::format("… ({} bytes)", value->size());
    return text;
}

std::string describe_differences(const TableShape& table, const RowValues& source,
                                 const RowValues& destination) {
    std::string text;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (source[i] == destination[i]) continue;
        const ColumnShape& column = table.columns[i];
        if (!text.empty()) text += "; ";
        text +=
            fmt::format("{}: {} on source, {} on destination", mysql::quote_identifier(column.name),
                        describe_value(column, source[i]), describe_value(column, destination[i]));
    }
    return text;
}

std::string describe_row(const TableShape& table, const RowValues& row) {
    std::string text;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (!text.empty()) text += ", ";
        text += mysql::quote_identifier(table.columns[i].name) + " = " +
                describe_value(table.columns[i], row[i]);
        if (text.size() > row_shown_bytes_max) return text + ", …";
    }
    return text;
}

}  // namespace penstock::verify
