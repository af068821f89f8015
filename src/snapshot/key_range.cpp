#include "snapshot/key_range.h"

#include <charconv>
#include <cstdint>

#include "base/assert.h"
#include "mysql/connection.h"
#include "snapshot/limits.h"

namespace penstock::snapshot {
namespace {

enum class Side : std::uint8_t { above, below };

// The server finds ENUM values in an index only by equality, so "greater" is a list of numbers.
std::string enum_beyond(const ColumnShape& column, const std::string& literal, Side side) {
    std::uint32_t number = 0;
    std::from_chars(literal.data(), literal.data() + literal.size(), number);
    const std::uint32_t first = side == Side::above ? number + 1 : 0;
    const std::uint32_t end = side == Side::above ? column.enum_elements + 1 : number;
    if (first >= end) return "FALSE";
    std::string list;
    for (std::uint32_t value = first; value < end; ++value) {
        if (!list.empty()) list += ',';
        list += std::to_string(value);
    }
    return mysql::quote_identifier(column.name) + " IN (" + list + ")";
}

std::string beyond(const ColumnShape& column, const std::string& literal, Side side) {
    if (column.kind == ColumnKind::enumeration && column.enum_elements > 0 &&
        column.enum_elements <= enum_elements_listed_max) {
        return enum_beyond(column, literal, side);
    }
    return mysql::quote_identifier(column.name) + (side == Side::above ? " > " : " < ") + literal;
}

std::string equal(const ColumnShape& column, const std::string& literal) {
    return mysql::quote_identifier(column.name) + " = " + literal;
}

// a > 1 OR (a = 1 AND (b > 2 OR (b = 2 AND c > 3))), built from the last column outwards.
std::string range(const TableShape& table, const KeyLiterals& position, Side side, bool inclusive) {
    if (position.empty()) return "TRUE";
    PENSTOCK_ASSERT(position.size() == table.key.size());
    std::string condition;
    for (std::size_t i = position.size(); i-- > 0;) {
        const ColumnShape& column = table.key_column(i);
        const bool last = i + 1 == position.size();
        std::string step = beyond(column, position[i], side);
        if (last && inclusive) step += " OR " + equal(column, position[i]);
        if (!last) {
            step += " OR (" + equal(column, position[i]) + " AND (" + condition + "))";
        }
        condition = std::move(step);
    }
    return "(" + condition + ")";
}

}  // namespace

std::string after(const TableShape& table, const KeyLiterals& position) {
    return range(table, position, Side::above, false);
}

std::string up_to(const TableShape& table, const KeyLiterals& position) {
    return range(table, position, Side::below, true);
}

std::string at(const TableShape& table, const KeyLiterals& position) {
    PENSTOCK_ASSERT(position.size() == table.key.size());
    std::string condition;
    for (std::size_t i = 0; i < position.size(); ++i) {
        if (i > 0) condition += " AND ";
        condition += equal(table.key_column(i), position[i]);
    }
    return condition;
}

std::string key_list(const TableShape& table) {
    std::string list;
    for (std::size_t i = 0; i < table.key.size(); ++i) {
        if (i > 0) list += ", ";
        list += mysql::quote_identifier(table.key_column(i).name);
    }
    return list;
}

std::string inside(const TableShape& table, const PartBounds& bounds) {
    if (bounds.lower.empty() && bounds.upper.empty()) return "TRUE";
    const std::string column = mysql::quote_identifier(table.key_column(0).name);
    std::string condition;
    if (!bounds.lower.empty()) condition = column + " >= " + bounds.lower;
    if (!bounds.lower.empty() && !bounds.upper.empty()) condition += " AND ";
    if (!bounds.upper.empty()) condition += column + " < " + bounds.upper;
    return condition;
}

std::string join_key(const KeyLiterals& literals) {
    std::string text;
    for (const std::string& literal : literals) {
        if (!text.empty()) text += ", ";
        text += literal;
    }
    return text;
}

KeyLiterals split_key(std::string_view text) {
    KeyLiterals literals;
    while (!text.empty()) {
        const std::size_t end = text.find(", ");
        literals.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 2);
    }
    return literals;
}

std::string from_clause(const TableShape& table) {
    std::string clause = " FROM " + table.quoted_name();
    if (!table.key.empty() && !table.key_index.empty()) {
        clause += " FORCE INDEX (" + mysql::quote_identifier(table.key_index) + ")";
    }
    return clause;
}

}  // namespace penstock::snapshot
