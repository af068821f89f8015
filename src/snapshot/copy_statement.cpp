#include "snapshot/copy_statement.h"

#include <fmt/format.h>

#include "snapshot/json_document.h"
#include "snapshot/json_types.h"

namespace penstock::snapshot {

CopyStatement::CopyStatement(const TableShape& table) : table_(table) {
    constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
    std::vector<std::size_t> in_row(table.columns.size(), nowhere);
    std::string insert_columns;
    std::size_t selected = 0;
    const auto select = [&](const std::string& expression) {
        if (selected > 0) select_columns_ += ", ";
        select_columns_ += expression;
        return selected++;
    };
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const ColumnShape& column = table.columns[i];
        if (column.generated) continue;
        const std::string name = mysql::quote_identifier(column.name);
        in_row[i] = select(read_expression(column));
        if (column.kind == ColumnKind::json) select(json_types_expression(name));
        if (!written_.empty()) insert_columns += ',';
        insert_columns += name;
        written_.push_back({column.kind, in_row[i]});
    }
    for (const std::size_t column : table.key) {
        if (in_row[column] == nowhere) {
            in_row[column] = select(read_expression(table.columns[column]));
        }
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

Result<std::size_t> CopyStatement::append_row(std::string& out, const mysql::Row& row,
                                              JsonStage& stage) const {
    std::size_t enum_zeros = 0;
    char separator = '(';
    for (const WrittenColumn& column : written_) {
        out += separator;
        separator = ',';
        const mysql::Value& value = row[column.in_row];
        if (!value) {
            out += "NULL";
            continue;
        }
        if (column.kind == ColumnKind::json) {
            const std::string_view types = row[column.in_row + 1].value_or(std::string_view{});
            PENSTOCK_ASSIGN(const std::optional<std::string> binary, exact_json(*value, types));
            if (binary) {
                out += stage.add(*binary);
                continue;
            }
        }
        append_value(out, column.kind, *value);
        if (column.kind == ColumnKind::enumeration && *value == "0") ++enum_zeros;
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
