// The part of the catalogue that reads tables.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <tuple>

#include "schema/catalogue.h"
#include "schema/catalogue_reading.h"

namespace penstock::schema {

namespace {

using mysql::Connection;
using mysql::ResultSet;

using ColumnsOfTables = std::map<std::string, std::vector<ColumnDefinition>>;

struct KeyCandidate {
    std::string index;
    std::vector<std::string> columns;
    bool usable = true;  // only plain NOT NULL columns
    bool prefix = false;
    bool visible = true;
};
using KeysOfTables = std::map<std::string, std::vector<KeyCandidate>>;

std::string of_schema(std::string_view schema, std::optional<std::string_view> table) {
    std::string where = " WHERE TABLE_SCHEMA=" + Connection::quote(schema);
    if (table) where += " AND TABLE_NAME=" + Connection::quote(*table);
    return where;
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

Result<ColumnsOfTables> read_columns(Connection& connection, const std::string& where) {
    PENSTOCK_ASSIGN(const ResultSet rows,
                    connection.query("SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, DATA_TYPE,"
                                     " CHARACTER_SET_NAME, COLLATION_NAME, IS_NULLABLE, EXTRA"
                                     " FROM information_schema.COLUMNS" +
                                     where + " ORDER BY TABLE_NAME, ORDINAL_POSITION"));
    ColumnsOfTables tables;
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        ColumnDefinition column;
        column.name = rows.text(i, 1);
        column.type = rows.text(i, 2);
        column.data_type = rows.text(i, 3);
        column.character_set = rows.text(i, 4);
        column.collation = rows.text(i, 5);
        column.nullable = rows.text(i, 6) == "YES";
        const std::string extra = rows.text(i, 7);
        column.generated_virtual = contains(extra, "VIRTUAL GENERATED");
        column.generated = column.generated_virtual || contains(extra, "STORED GENERATED");
        column.invisible = contains(extra, "INVISIBLE");
        column.auto_increment = contains(extra, "auto_increment");
        tables[rows.text(i, 0)].push_back(std::move(column));
    }
    return tables;
}

Result<KeysOfTables> read_unique_keys(Connection& connection, const std::string& where) {
    PENSTOCK_ASSIGN(const ResultSet rows,
                    connection.query("SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART,"
                                     " NULLABLE, IS_VISIBLE FROM information_schema.STATISTICS" +
                                     where +
                                     " AND NON_UNIQUE=0"
                                     " ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX"));
    KeysOfTables tables;
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        std::vector<KeyCandidate>& keys = tables[rows.text(i, 0)];
        const std::string index = rows.text(i, 1);
        if (keys.empty() || keys.back().index != index) {
            keys.emplace_back();
            keys.back().index = index;
        }
        KeyCandidate& key = keys.back();
        key.columns.push_back(rows.text(i, 2));
        const bool functional = !rows.row(i)[2].has_value();
        if (functional || rows.text(i, 4) == "YES") key.usable = false;
        if (rows.row(i)[3].has_value()) key.prefix = true;
        if (rows.text(i, 5) == "NO") key.visible = false;
    }
    return tables;
}

// The primary key, else the plainest of the usable unique keys.
void choose_key(TableDefinition& table, std::vector<KeyCandidate>& candidates) {
    const auto rank = [](const KeyCandidate& key) {
        return std::tuple(!key.usable, key.index != "PRIMARY", key.prefix, !key.visible,
                          key.columns.size(), key.index);
    };
    const auto best = std::min_element(
        candidates.begin(), candidates.end(),
        [&rank](const KeyCandidate& a, const KeyCandidate& b) { return rank(a) < rank(b); });
    if (best == candidates.end() || !best->usable) return;
    table.key = std::move(best->columns);
    table.key_index = best->index;
    table.key_has_prefix = best->prefix;
}

std::uint64_t number(const std::string& text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Result<std::vector<TableDefinition>> read_tables_of(Connection& connection,
                                                    const std::string& schema,
                                                    std::optional<std::string_view> only) {
    // Estimates as of now, not as of the last day; and generated invisible keys shown.
    PENSTOCK_TRY(
        connection.execute("SET SESSION information_schema_stats_expiry=0,"
                           " show_gipk_in_create_table_and_information_schema=1,"
                           " sql_quote_show_create=1"));
    const std::string where = of_schema(schema, only);
    PENSTOCK_ASSIGN(ColumnsOfTables columns, read_columns(connection, where));
    PENSTOCK_ASSIGN(KeysOfTables keys, read_unique_keys(connection, where));
    PENSTOCK_ASSIGN(const ResultSet rows,
                    connection.query("SELECT TABLE_NAME, ENGINE, TABLE_ROWS, DATA_LENGTH"
                                     " FROM information_schema.TABLES" +
                                     where + " AND TABLE_TYPE='BASE TABLE' ORDER BY TABLE_NAME"));
    std::vector<TableDefinition> tables;
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        TableDefinition table;
        table.schema = schema;
        table.name = rows.text(i, 0);
        table.engine = rows.text(i, 1);
        table.estimated_rows = number(rows.text(i, 2));
        table.estimated_bytes = number(rows.text(i, 3));
        PENSTOCK_ASSIGN(const std::optional<ResultSet> shown,
                        show_create(connection, "TABLE", schema, table.name));
        if (!shown) continue;
        PENSTOCK_ASSIGN(table.create_sql, shown_text(connection, *shown, 1, "table", schema,
                                                     table.name, "SELECT on the table"));
        table.columns = std::move(columns[table.name]);
        choose_key(table, keys[table.name]);
        tables.push_back(std::move(table));
    }
    return tables;
}

}  // namespace

Result<std::optional<TableDefinition>> read_table(Connection& connection, std::string_view schema,
                                                  std::string_view name) {
    PENSTOCK_ASSIGN(std::vector<TableDefinition> tables,
                    read_tables_of(connection, std::string(schema), name));
    if (tables.empty()) return std::optional<TableDefinition>();
    return std::optional<TableDefinition>(std::move(tables.front()));
}

Result<std::vector<TableDefinition>> read_tables(Connection& connection,
                                                 const std::vector<std::string>& databases) {
    std::vector<TableDefinition> tables;
    for (const std::string& schema : databases) {
        PENSTOCK_ASSIGN(std::vector<TableDefinition> found,
                        read_tables_of(connection, schema, std::nullopt));
        std::move(found.begin(), found.end(), std::back_inserter(tables));
    }
    return tables;
}

}  // namespace penstock::schema
