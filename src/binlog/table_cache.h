// TableCache: the tables that table maps have named so far, by their ids, with all that is needed
// to read and to show their rows. One thread. Values own what they hold.
//
// A table's id means it until its statement ends, but servers keep ids for longer and repeat the
// same map with every statement, so tables are kept until they are too many (limits.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "binlog/row_layout.h"
#include "binlog/table_map.h"
#include "binlog/value.h"
#include "penstock/result.h"

namespace penstock::binlog {

struct Table {
    std::uint64_t id = 0;
    std::size_t number = 0;  // different for each definition met: 0, 1, 2 ...
    std::string schema;
    std::string name;
    std::string definition;  // what `metadata` borrows from
    RowLayout layout;
    OptionalMetadata metadata;
    std::vector<ValueType> types;    // per column
    std::vector<std::string> names;  // per column, "@1" where the log has none

    // The members of an ENUM or SET column as far as the log has them.
    [[nodiscard]] std::span<const std::string_view> members(std::size_t column) const {
        if (metadata.members.empty()) return {};
        return metadata.members[column];
    }
};

class TableCache {
public:
    // Of the file that is read.
    void set_flavour(Flavour flavour) { flavour_ = flavour; }
    // Ids mean nothing in another file.
    void clear();
    // Rows with STMT_END_F: the tables may be forgotten when another one is added.
    void end_statement() { statement_open_ = false; }

    // What the TABLE_MAP event says, until the next call of add() or clear(); quick if it said the
    // same before. Errors name the event: damage, or more tables than a statement may have.
    [[nodiscard]] Result<const Table*> add(const EventView& table_map);
    // Null: no such map in this file.
    [[nodiscard]] const Table* find(std::uint64_t table_id) const;

private:
    [[nodiscard]] Result<std::unique_ptr<Table>> build(const EventView& event,
                                                       const TableMap& map) const;
    [[nodiscard]] Result<void> make_room(const EventView& event);
    void forget(std::uint64_t table_id);

    Flavour flavour_ = Flavour::mysql;
    std::unordered_map<std::uint64_t, std::unique_ptr<Table>> tables_;
    std::size_t tables_met_ = 0;
    std::size_t definition_bytes_ = 0;  // of tables_
    bool statement_open_ = false;
};

}  // namespace penstock::binlog
