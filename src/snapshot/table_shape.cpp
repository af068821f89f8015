#include "snapshot/table_shape.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "mysql/connection.h"
#include "schema/table_text.h"
#include "snapshot/errors.h"
#include "snapshot/quoting.h"

namespace penstock::snapshot {
namespace {

struct NamedKind {
    std::string_view data_type;
    ColumnKind kind;
};

// Names as information_schema.columns.data_type gives them, MySQL 5.7 to 9.7 and MariaDB 10.11.
constexpr std::array<NamedKind, 47> named_kinds{{
    {"tinyint", ColumnKind::integer},
    {"smallint", ColumnKind::integer},
    {"mediumint", ColumnKind::integer},
    {"int", ColumnKind::integer},
    {"bigint", ColumnKind::integer},
    {"decimal", ColumnKind::decimal},
    {"float", ColumnKind::real},
    {"double", ColumnKind::real},
    {"bit", ColumnKind::bit},
    {"date", ColumnKind::temporal},
    {"time", ColumnKind::temporal},
    {"datetime", ColumnKind::temporal},
    {"timestamp", ColumnKind::temporal},
    {"year", ColumnKind::year},
    {"char", ColumnKind::text},
    {"varchar", ColumnKind::text},
    {"tinytext", ColumnKind::text},
    {"text", ColumnKind::text},
    {"mediumtext", ColumnKind::text},
    {"longtext", ColumnKind::text},
    {"binary", ColumnKind::binary},
    {"varbinary", ColumnKind::binary},
    {"tinyblob", ColumnKind::binary},
    {"blob", ColumnKind::binary},
    {"mediumblob", ColumnKind::binary},
    {"longblob", ColumnKind::binary},
    {"enum", ColumnKind::enumeration},
    {"set", ColumnKind::set},
    {"json", ColumnKind::json},
    {"geometry", ColumnKind::geometry},
    {"point", ColumnKind::geometry},
    {"linestring", ColumnKind::geometry},
    {"polygon", ColumnKind::geometry},
    {"multipoint", ColumnKind::geometry},
    {"multilinestring", ColumnKind::geometry},
    {"multipolygon", ColumnKind::geometry},
    {"geomcollection", ColumnKind::geometry},
    {"geometrycollection", ColumnKind::geometry},
    {"vector", ColumnKind::vector},
    {"uuid", ColumnKind::inet},
    {"inet4", ColumnKind::inet},
    {"inet6", ColumnKind::inet},
    {"integer", ColumnKind::integer},
    {"numeric", ColumnKind::decimal},
    {"real", ColumnKind::real},
    {"nchar", ColumnKind::text},
    {"nvarchar", ColumnKind::text},
}};

// Elements of "enum('a','b''c')": quotes inside an element are doubled.
std::uint32_t count_enum_elements(std::string_view type) {
    std::uint32_t count = 0;
    bool inside = false;
    for (std::size_t i = 0; i < type.size(); ++i) {
        if (type[i] != '\'') continue;
        if (inside && i + 1 < type.size() && type[i + 1] == '\'') {
            ++i;
            continue;
        }
        if (!inside) ++count;
        inside = !inside;
    }
    return count;
}

bool is_unbounded(ColumnKind kind, std::string_view data_type) {
    if (kind == ColumnKind::text) return data_type.find("text") != std::string_view::npos;
    if (kind == ColumnKind::binary) return data_type.find("blob") != std::string_view::npos;
    return kind == ColumnKind::json || kind == ColumnKind::geometry || kind == ColumnKind::vector;
}

Result<ColumnShape> make_column_shape(const schema::TableDefinition& table,
                                      const schema::ColumnDefinition& column) {
    const std::string data_type = base::to_lower(column.data_type);
    const auto* found =
        std::find_if(named_kinds.begin(), named_kinds.end(),
                     [&](const NamedKind& named) { return named.data_type == data_type; });
    if (found == named_kinds.end()) {
        return fail(ErrorKind::refused, error_unsupported_column,
                    fmt::format("column {}.{} has type {}, which is not known",
                                mysql::quote_identifier(table.schema, table.name),
                                mysql::quote_identifier(column.name), column.type),
                    "leave the table's database out of the task");
    }
    ColumnShape shape;
    shape.name = column.name;
    shape.kind = found->kind;
    shape.character_set = column.character_set;
    shape.generated = column.generated;
    shape.unbounded = is_unbounded(shape.kind, data_type);
    if (shape.kind == ColumnKind::enumeration) {
        shape.enum_elements = count_enum_elements(column.type);
    }
    return shape;
}

}  // namespace

std::string TableShape::quoted_name() const {
    return mysql::quote_identifier(schema, name);
}

Result<TableShape> make_table_shape(const schema::TableDefinition& table) {
    TableShape shape;
    shape.schema = table.schema;
    shape.name = table.name;
    shape.create_sql = table.create_sql;
    shape.key_index = table.key_index;
    shape.transactional =
        table.engine.empty() || base::equals_ignoring_ascii_case(table.engine, "InnoDB");
    shape.estimated_rows = table.estimated_rows;
    shape.estimated_bytes = table.estimated_bytes;
    for (const schema::ColumnDefinition& column : table.columns) {
        PENSTOCK_ASSIGN(ColumnShape made, make_column_shape(table, column));
        shape.columns.push_back(std::move(made));
    }
    if (table.key_has_prefix) return shape;
    for (const std::string& name : table.key) {
        const auto at = std::find_if(shape.columns.begin(), shape.columns.end(),
                                     [&](const ColumnShape& column) {
                                         return base::equals_ignoring_ascii_case(column.name, name);
                                     });
        const bool comparable = at != shape.columns.end() && at->kind != ColumnKind::json &&
                                at->kind != ColumnKind::geometry && at->kind != ColumnKind::vector;
        if (!comparable) {
            return fail(ErrorKind::refused, error_unsupported_column,
                        fmt::format("key column {} of table {} can't be compared",
                                    mysql::quote_identifier(name), shape.quoted_name()),
                        "give the table a primary key of plain columns");
        }
        shape.key.push_back(static_cast<std::size_t>(at - shape.columns.begin()));
    }
    return shape;
}

std::string read_expression(const ColumnShape& column) {
    const std::string name = mysql::quote_identifier(column.name);
    switch (column.kind) {
        case ColumnKind::real:
            return "CAST(" + name + " AS DOUBLE)";
        case ColumnKind::bit:
        case ColumnKind::enumeration:
        case ColumnKind::set:
            return "CAST(" + name + " AS UNSIGNED)";
        default:
            return name;
    }
}

void append_value(std::string& out, ColumnKind kind, std::string_view bytes) {
    switch (kind) {
        case ColumnKind::integer:
        case ColumnKind::decimal:
        case ColumnKind::bit:
        case ColumnKind::enumeration:
        case ColumnKind::set:
            out += bytes;
            return;
        case ColumnKind::real:  // quoted: as a bare literal -0 would lose its sign
        case ColumnKind::temporal:
        case ColumnKind::year:
        case ColumnKind::inet:
            append_quoted(out, bytes);
            return;
        case ColumnKind::json:
            out += "_utf8mb4";
            break;
        case ColumnKind::text:
        case ColumnKind::binary:
        case ColumnKind::geometry:
        case ColumnKind::vector:
            out += "_binary";
            break;
    }
    append_quoted(out, bytes);
}

std::string key_literal(const ColumnShape& column, std::string_view bytes) {
    switch (column.kind) {
        case ColumnKind::text:
            return "_" + column.character_set + " X'" + base::to_hex(bytes) + "'";
        case ColumnKind::binary:
            return "_binary X'" + base::to_hex(bytes) + "'";
        case ColumnKind::real: {
            std::string literal(bytes);
            // An exponent makes it a DOUBLE; without one it would be compared as a DECIMAL.
            if (literal.find('e') == std::string::npos) literal += "e0";
            return literal;
        }
        case ColumnKind::year: {
            // A number: '0000' as text would be taken for the year 2000 in some comparisons.
            const std::size_t digits = bytes.find_first_not_of('0');
            return digits == std::string_view::npos ? "0" : std::string(bytes.substr(digits));
        }
        default: {
            std::string literal;
            append_value(literal, column.kind, bytes);
            return literal;
        }
    }
}

Result<std::string> row_definition(std::string_view create_sql) {
    PENSTOCK_ASSIGN(const schema::TableText text, schema::split_foreign_keys(create_sql));
    return schema::comparable_table_text(text.without_foreign_keys);
}

}  // namespace penstock::snapshot
