// What the coalescer must know of a table, from the destination's definition of it: whose rows are
// who, and which other values are unique there.
//
// Images are matched with the destination's columns by place, and by name where the stream has
// names. Where they don't match, the table gets no row key, so that its rows keep their order: that
// is always right. Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "apply/destination_catalogue.h"
#include "apply/stream_tables.h"
#include "coalesce/table_rules.h"

namespace penstock::apply {

struct MergeRules {
    coalesce::TableRules rules;  // without foreign_key_family, which depends on the stream's flags
    std::vector<bool> is_unsigned;  // by column; empty where the stream doesn't tell
    std::string obstacle;           // why rows keep their order, for people; empty: they needn't
};

// Error: metadata of the map that can't be read.
[[nodiscard]] Result<MergeRules> make_merge_rules(const StreamTable& table,
                                                  const DestinationTable& destination);

}  // namespace penstock::apply
