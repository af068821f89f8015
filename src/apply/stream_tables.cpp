#include "apply/stream_tables.h"

#include <fmt/format.h>
#include <utility>

#include "apply/errors.h"
#include "apply/limits.h"

namespace penstock::apply {
namespace {

// The map with its views moved from the borrowed bytes to a copy of them.
binlog::TableMap moved(const binlog::TableMap& map, base::Bytes from, const std::string& to) {
    const auto view = [&](base::Bytes bytes) {
        if (bytes.empty()) return bytes;
        return base::as_bytes(to).subspan(static_cast<std::size_t>(bytes.data() - from.data()),
                                          bytes.size());
    };
    binlog::TableMap kept = map;
    kept.schema = base::as_text(view(base::as_bytes(map.schema)));
    kept.table = base::as_text(view(base::as_bytes(map.table)));
    kept.column_types = view(map.column_types);
    kept.metadata = view(map.metadata);
    kept.null_bits = view(map.null_bits);
    kept.optional_metadata = view(map.optional_metadata);
    kept.body = view(map.body);
    kept.definition = view(map.definition);
    return kept;
}

}  // namespace

StreamTable::StreamTable(const binlog::TableMap& borrowed, base::Bytes bytes,
                         binlog::RowLayout compiled)
    : event(base::as_text(bytes)),
      map(moved(borrowed, bytes, event)),
      layout(std::move(compiled)) {}

Result<void> StreamTables::name(const binlog::TableMap& map, base::Bytes event) {
    std::string_view definition = base::as_text(map.definition);
    std::string cleared;
    if ((map.flags & binlog::table_map_referred_fk_flag) != 0) {
        cleared = definition;
        auto* const flags = reinterpret_cast<std::uint8_t*>(cleared.data());
        base::store_le(flags, map.flags & ~binlog::table_map_referred_fk_flag, sizeof(map.flags));
        definition = cleared;
    }
    const auto found = definitions_.find(definition);
    if (found != definitions_.end()) {
        named_[map.table_id] = {found->second};
        return {};
    }
    PENSTOCK_ASSIGN(binlog::RowLayout layout, binlog::RowLayout::compile(map));
    if (definitions_.size() >= layouts_max) definitions_.clear();
    auto table = std::make_shared<const StreamTable>(map, event, std::move(layout));
    definitions_.emplace(definition, table);
    named_[map.table_id] = {std::move(table)};
    return {};
}

Result<StreamTables::Named> StreamTables::of(const binlog::RowsEvent& rows) const {
    const auto found = named_.find(rows.table_id);
    if (found != named_.end()) return found->second;
    return fail(ErrorKind::corrupt, error_row_image_unsupported,
                fmt::format("a rows event of table id {} without table map", rows.table_id));
}

}  // namespace penstock::apply
