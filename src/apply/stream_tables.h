// StreamTables: the tables that the rows events of a transaction name by a number.
//
// A stream repeats the same map for every statement, and its bytes are borrowed: a definition is
// kept and compiled once, and lives as long as somebody holds it. Maps that differ only in
// TM_REFERRED_FK_DB_F, which comes and goes, are of the same definition. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "binlog/row_layout.h"
#include "binlog/rows.h"
#include "binlog/table_map.h"
#include "penstock/result.h"

namespace penstock::apply {

// A table definition of the stream. Immutable; never moved, as `map` borrows from `event`.
struct StreamTable {
    StreamTable(const binlog::TableMap& borrowed, base::Bytes bytes, binlog::RowLayout compiled);
    StreamTable(const StreamTable&) = delete;
    StreamTable& operator=(const StreamTable&) = delete;

    const std::string event;
    const binlog::TableMap map;  // its table id is that of the first event
    const binlog::RowLayout layout;
};

class StreamTables {
public:
    struct Named {
        std::shared_ptr<const StreamTable> table;  // null where its rows are to be passed over
    };

    // The table that rows events of this transaction mean by map.table_id. Error: columns that
    // can't be measured.
    [[nodiscard]] Result<void> name(const binlog::TableMap& map, base::Bytes event);
    void name_passed_over(const binlog::TableMap& map) { named_[map.table_id] = {}; }
    // Error: there was no map for it in this transaction.
    [[nodiscard]] Result<Named> of(const binlog::RowsEvent& rows) const;
    void end_transaction() { named_.clear(); }

private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    std::unordered_map<std::uint64_t, Named> named_;
    std::unordered_map<std::string, std::shared_ptr<const StreamTable>, Hash, std::equal_to<>>
        definitions_;
};

}  // namespace penstock::apply
