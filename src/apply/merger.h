// Merger: gathers the rows of whole transactions in a Coalescer, and packs what they come to into
// the unit, in the order in which it must be applied.
//
// Tables are known by what the destination says of them (merge_rules.h), from when they are first
// met until forget_tables(), which has to come with every statement that changes tables.
//
// Flags. A BINLOG statement has one set of them, so they are made the same where it makes no
// difference. NO_FOREIGN_KEY_CHECKS means nothing to a table without foreign keys: it is set there,
// or cleared if the stream has rows that the destination must check. Once such rows have come of a
// table that foreign keys tie to others, they act in the destination and change rows that the
// stream doesn't tell: from then on the rows of such tables keep their order. RELAXED_UNIQUE_CHECKS
// is cleared, because values of unique keys change hands in another order than on the source.
//
// One thread. Memory: twice what the limits say, and one rows event.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "apply/apply_stats.h"
#include "apply/destination_catalogue.h"
#include "apply/row_order.h"
#include "apply/stream_tables.h"
#include "apply/unit_assembly.h"
#include "coalesce/coalescer.h"

namespace penstock::apply {

// What the destination says of a table now; waits until DDL that was passed on is executed.
using ReadDestinationTable =
    std::function<Result<DestinationTable>(const std::string& schema, const std::string& table)>;

class Merger {
public:
    Merger(coalesce::CoalescerLimits limits, ReadDestinationTable read, UnitAssembly& unit)
        : limits_(limits), coalescer_(limits), read_(std::move(read)), unit_(unit) {}

    // `flags`: those that count for the statement. Errors are those of the Coalescer and of reading
    // the destination; after one there is nothing to go on with.
    [[nodiscard]] Result<void> add(const std::shared_ptr<const StreamTable>& table,
                                   const binlog::RowsEvent& rows, std::uint16_t flags);
    // Of the rows added so far, since the beginning.
    [[nodiscard]] const coalesce::Counters& counters() const { return coalescer_.counters(); }
    // Time to flush, at the end of the transaction,
    [[nodiscard]] bool is_full() const { return coalescer_.is_full(); }
    // or at once: transactions that are not large fit in between.
    [[nodiscard]] bool is_overfull() const {
        return coalescer_.held_rows() >= 2 * limits_.group_rows ||
               coalescer_.held_bytes() >= 2 * limits_.group_bytes;
    }
    // What was gathered goes into the unit. It may leave the unit in several pieces.
    [[nodiscard]] Result<void> flush();
    // Definitions on the destination are about to change. Nothing may be gathered.
    void forget_tables();

private:
    struct Known {
        std::shared_ptr<const StreamTable> table;
        coalesce::TableHandle handle;
        bool is_tied = false;           // by foreign keys of the destination
        std::optional<RowOrder> order;  // with a row key
    };

    [[nodiscard]] Result<Known*> known(const std::shared_ptr<const StreamTable>& table);
    [[nodiscard]] std::uint16_t statement_flags(const Known& table, std::uint16_t flags) const;
    [[nodiscard]] Result<void> pack(const coalesce::Run& run);
    [[nodiscard]] Result<void> pack(const coalesce::Run& run, const coalesce::Row& row,
                                    bool is_alone);
    [[nodiscard]] Result<void> pack_rest(const coalesce::Run& run);

    const coalesce::CoalescerLimits limits_;
    coalesce::Coalescer coalescer_;
    const ReadDestinationTable read_;
    UnitAssembly& unit_;
    std::unordered_map<const StreamTable*, Known> known_;
    std::vector<Known*> by_handle_;
    bool foreign_keys_act_ = false;
    std::set<std::string> told_;  // tables whose obstacle was logged
    std::string images_;          // of rows of a run that are not in the unit yet
    std::uint64_t images_rows_ = 0;
};

}  // namespace penstock::apply
