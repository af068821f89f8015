#include "snapshot/copy_statement.h"

#include <fmt/format.h>

#include "base/assert.h"

namespace penstock::snapshot {

CopyStatement::CopyStatement(const TableShape& table) : table_(table) {
    constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
    std::vector<std::size_t> in_row(table.columns.size(), nowhere);
    std::string insert_columns;
    std::size_t selected = 0;
    const auto select = [&](std::size_t column) {
        if (selected > 0) select_columns_ += ", ";
        select_columns_ += read_expression(table.columns[column]);
        in_row[column] = selected++;
    };
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].generated) continue;
        select(i);
        if (!written_kinds_.empty()) insert_columns += ',';
        insert_columns += mysql::quote_identifier(table.columns[i].name);
        written_kinds_.push_back(table.columns[i].kind);
    }
    for (const std::size_t column : table.key) {
        if (in_row[column] == nowhere) select(column);
        key_in_row_.push_back(in_row[column]);
    }
    insert_head_ = "INSERT INTO " + table.quoted_name() + " (" + insert_columns + ") VALUES ";
}

std::string CopyStatement::select_chunk(const PartBounds& bounds, const KeyLiterals& position,
                                        std::uint64_t rows) const {
    return fmt::format("SELECT {}{} WHERE {} AND {} ORDER BY {} LIMIT {}", select_columns_,
                       from_clause(table_), inside(table_, bounds), after(table_, position),
                       key_list(table_), rows);
}

std::string CopyStatement::select_all() const {
    return "SELECT " + select_columns_ + " FROM " + table_.quoted_name();
}

std::size_t CopyStatement::append_row(std::string& out, const mysql::Row& row) const {
    PENSTOCK_ASSERT(row.size() >= written_kinds_.size());
    std::size_t enum_zeros = 0;
    out += '(';
    for (std::size_t i = 0; i < written_kinds_.size(); ++i) {
        if (i > 0) out += ',';
        if (!row[i]) {
            out += "NULL";
            continue;
        }
        append_value(out, written_kinds_[i], *row[i]);
        if (written_kinds_[i] == ColumnKind::enumeration && *row[i] == "0") ++enum_zeros;
    }
    out += ')';
    return enum_zeros;
}

KeyLiterals CopyStatement::key_of(const std::vector<std::string>& key_values) const {
    KeyLiterals literals;
    for (std::size_t i = 0; i < key_values.size(); ++i) {
        literals.push_back(key_literal(table_.key_column(i), key_values[i]));
    }
    return literals;
}

void CopyStatement::remember_key(const mysql::Row& row,
                                 std::vector<std::string>& key_values) const {
    key_values.resize(key_in_row_.size());
    for (std::size_t i = 0; i < key_in_row_.size(); ++i) {
        // Key columns are NOT NULL.
        key_values[i].assign(row[key_in_row_[i]].value_or(std::string_view{}));
    }
}

}  // namespace penstock::snapshot
