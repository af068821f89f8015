#include "verify/sides.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "snapshot/json_types.h"
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
        if (column.kind == ColumnKind::json) {
            columns += ", " + snapshot::json_types_expression(mysql::quote_identifier(column.name));
        }
    }
    PENSTOCK_ASSIGN(const mysql::ResultSet result,
                    connection.query("SELECT " + columns + " FROM " + table.quoted_name() +
                                     " WHERE " + condition + " LIMIT 1"));
    if (result.row_count() == 0) return std::optional<RowValues>();
    RowValues values;
    std::size_t in_row = 0;
    for (const ColumnShape& column : table.columns) {
        const mysql::Value& value = result.row(0)[in_row++];
        values.push_back(value ? std::optional<std::string>(*value) : std::nullopt);
        if (column.kind != ColumnKind::json) continue;
        const mysql::Value& types = result.row(0)[in_row++];
        // In front, because a long text is shown by its beginning only.
        if (types) values.back()->insert(0, fmt::format("types {} of ", *types));
    }
    return std::optional<RowValues>(std::move(values));
}

namespace {

std::string with_length(std::string text, std::size_t shown_bytes, std::size_t bytes) {
    return shown_bytes < bytes ? text + fmt::format("… ({} bytes)", bytes) : text;
}

// A document is always text without control characters; it is cut between characters.
std::string describe_json(const std::string& value) {
    std::size_t end = std::min(value.size(), value_shown_bytes_max);
    while (end > 0 && end < value.size() && (value[end] & 0xC0) == 0x80) --end;
    return with_length(value.substr(0, end), end, value.size());
}

}  // namespace

std::string describe_value(const ColumnShape& column, const std::optional<std::string>& value) {
    if (!value) return "NULL";
    switch (column.kind) {
        case ColumnKind::json:
            return describe_json(*value);
        case ColumnKind::text:
        case ColumnKind::binary:
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
    return with_length(printable ? "'" + shown + "'" : "X'" + base::to_hex(shown) + "'",
                       shown.size(), value->size());
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
