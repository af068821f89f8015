// TableCache: the tables that table maps have named so far, by their ids, with all that is needed
// to read and to show their rows. One thread. Values own what they hold.
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

namespace penstock::inspect {

struct Table {
    std::size_t number = 0;  // different for each definition met: 0, 1, 2 ...
    std::uint64_t id = 0;
    std::string schema;
    std::string name;
    std::string definition;  // what `metadata` borrows from
    binlog::RowLayout layout;
    binlog::OptionalMetadata metadata;
    std::vector<binlog::ValueType> types;  // per column
    std::vector<std::string> names;        // per column, "@1" where the log has none

    // The members of an ENUM or SET column as far as the log has them.
    [[nodiscard]] std::span<const std::string_view> members(std::size_t column) const {
        if (metadata.members.empty()) return {};
        return metadata.members[column];
    }
};

class TableCache {
public:
    // Of the file that is read.
    void set_flavour(binlog::Flavour flavour) { flavour_ = flavour; }
    // Ids mean nothing in another file.
    void clear() { tables_.clear(); }

    // What the TABLE_MAP event says; quick if it said the same before.
    [[nodiscard]] Result<const Table*> add(const binlog::EventView& table_map);
    // Null: no such map in this file.
    [[nodiscard]] const Table* find(std::uint64_t table_id) const;

private:
    binlog::Flavour flavour_ = binlog::Flavour::mysql;
    std::unordered_map<std::uint64_t, std::unique_ptr<Table>> tables_;
    std::size_t tables_met_ = 0;
};

}  // namespace penstock::inspect
