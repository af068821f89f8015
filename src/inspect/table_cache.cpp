#include "inspect/table_cache.h"

#include <fmt/format.h>
#include <utility>

namespace penstock::inspect {

Result<const Table*> TableCache::add(const binlog::EventView& table_map) {
    PENSTOCK_ASSIGN(const binlog::TableMap map, binlog::parse_table_map(table_map));
    const auto known = tables_.find(map.table_id);
    if (known != tables_.end() && known->second->definition == base::as_text(map.body)) {
        return known->second.get();
    }
    PENSTOCK_ASSIGN(binlog::RowLayout layout, binlog::RowLayout::compile(map));
    auto table = std::make_unique<Table>(Table{tables_met_++,
                                               map.table_id,
                                               std::string(map.schema),
                                               std::string(map.table),
                                               std::string(base::as_text(map.body)),
                                               std::move(layout),
                                               {},
                                               {},
                                               {}});
    // Read again from the bytes that the table owns.
    binlog::EventView owned = table_map;
    owned.body = base::as_bytes(table->definition);
    PENSTOCK_ASSIGN(const binlog::TableMap kept, binlog::parse_table_map(owned));
    PENSTOCK_ASSIGN(table->metadata, binlog::decode_optional_metadata(kept, flavour_));
    table->types = binlog::value_types(table->layout.columns(), table->metadata);
    for (std::size_t i = 0; i < table->types.size(); ++i) {
        table->names.push_back(table->metadata.column_names.empty()
                                   ? fmt::format("@{}", i + 1)
                                   : std::string(table->metadata.column_names[i]));
    }
    return (tables_[map.table_id] = std::move(table)).get();
}

const Table* TableCache::find(std::uint64_t table_id) const {
    const auto found = tables_.find(table_id);
    return found == tables_.end() ? nullptr : found->second.get();
}

}  // namespace penstock::inspect
