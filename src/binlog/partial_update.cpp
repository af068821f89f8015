#include "binlog/partial_update.h"

#include <fmt/core.h>

#include "base/assert.h"
#include "binlog/errors.h"

namespace penstock::binlog {

namespace {

Result<void> make_whole(std::size_t column, const ColumnValue& before, ColumnValue& after,
                        std::string& document) {
    if (!before.present || before.null) {
        return fail(ErrorKind::refused, error_partial_update,
                    fmt::format("column {} has changes of a JSON document which is not in the "
                                "before-image",
                                column + 1),
                    "set binlog_row_value_options='' or binlog_row_image=FULL on the source");
    }
    const std::size_t prefix_bytes = after.prefix_bytes;
    document.assign(prefix_bytes, '\0');
    PENSTOCK_TRY(append_changed_json(document, before.content(), after.content()));
    const std::uint64_t bytes = document.size() - prefix_bytes;
    if (prefix_bytes < 8 && bytes >> (8 * prefix_bytes) != 0) {
        return fail(ErrorKind::definite, error_limit,
                    fmt::format("column {}: a document of {} bytes is longer than its column",
                                column + 1, bytes));
    }
    base::store_le(reinterpret_cast<std::uint8_t*>(document.data()), bytes, prefix_bytes);
    after.bytes = base::as_bytes(document);
    return {};
}

}  // namespace

Result<void> split_update(const RowLayout& layout, const RowsEvent& event, const RowImages& images,
                          UpdatedRow& row) {
    PENSTOCK_ASSERT(has_before_image(event.kind) && has_after_image(event.kind));
    const bool partial = event.kind == RowsKind::partial_update;
    PartialImage after{{}, images.after};
    if (partial) {
        PENSTOCK_ASSIGN(after, split_partial_image(layout, images.after));
    }
    PENSTOCK_TRY(layout.split(images.before, event.columns_before, row.before));
    PENSTOCK_TRY(layout.split(after.image, event.columns_after, row.after));
    row.documents.resize(layout.column_count());
    std::size_t json_column = 0;
    for (std::size_t i = 0; partial && i < layout.column_count(); ++i) {
        if (layout.columns()[i].type != ColumnType::json) continue;
        const bool changed = after.is_partial(json_column++);
        if (!changed || !row.after[i].present || row.after[i].null) continue;
        PENSTOCK_TRY(make_whole(i, row.before[i], row.after[i], row.documents[i]));
    }
    return {};
}

}  // namespace penstock::binlog
