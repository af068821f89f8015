// DestinationCatalogue: what decides, in the destination's tables, in which order rows may be
// written: columns, unique keys and foreign keys.
//
// Read table by table over a connection of its own, which is opened when it is first needed. The
// caller sees to it that no definition is being changed meanwhile. One thread; errors are those of
// the connection.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mysql/connection.h"
#include "mysql/endpoint.h"
#include "penstock/result.h"

namespace penstock::apply {

struct DestinationColumn {
    std::string name;
    std::string collation;    // its name; empty: not of text
    bool is_virtual = false;  // computed when it is read
};

// A part of an index: a column, or the beginning of one, or an expression.
struct DestinationKeyPart {
    std::string column;      // empty: an expression
    std::string expression;  // as the server prints it, with columns in backticks
    bool has_prefix = false;
    bool nullable = false;
};

struct DestinationKey {
    std::string name;  // "PRIMARY" is the primary key
    std::vector<DestinationKeyPart> parts;
};

struct DestinationTable {
    // As row images have them: invisible and generated columns included, hidden ones of indexes
    // over expressions not. Empty: there is no such table.
    std::vector<DestinationColumn> columns;
    std::vector<DestinationKey> unique_keys;  // the primary key first, if there is one
    // The same number for tables that foreign keys tie together; 0: none does.
    std::uint32_t foreign_key_family = 0;
};

class DestinationCatalogue {
public:
    explicit DestinationCatalogue(mysql::Endpoint destination)
        : destination_(std::move(destination)) {}

    [[nodiscard]] Result<DestinationTable> read(const std::string& schema,
                                                const std::string& table);
    // Definitions have changed: which tables foreign keys tie together is found out anew.
    void forget() { families_.reset(); }

private:
    using TableName = std::pair<std::string, std::string>;  // schema, table

    [[nodiscard]] Result<mysql::ResultSet> query(const std::string& sql);
    [[nodiscard]] Result<void> read_families();

    const mysql::Endpoint destination_;
    std::optional<mysql::Connection> connection_;
    std::optional<std::map<TableName, std::uint32_t>> families_;
};

}  // namespace penstock::apply
