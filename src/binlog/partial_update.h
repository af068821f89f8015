// Partial updates as ordinary ones: their changes of JSON documents made whole again, for writers
// that cannot carry changes (another flavour of server, another set of columns).
//
// Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "binlog/json_diff.h"
#include "binlog/rows.h"

namespace penstock::binlog {

// A row of an update. Views are of the event, and of `documents` for documents that were changes:
// no copy of it may outlive this one, so it can only be moved.
struct UpdatedRow {
    std::vector<ColumnValue> before;  // one per column of the table
    std::vector<ColumnValue> after;
    std::vector<std::string> documents;  // one per column, mostly empty; with length prefix

    UpdatedRow() = default;
    UpdatedRow(UpdatedRow&&) = default;
    UpdatedRow& operator=(UpdatedRow&&) = default;
};

// Splits a row of an update, partial or not, into `row`, which may be used for the next one again.
// Errors: a document that was changed is not in the before-image; a change doesn't fit.
[[nodiscard]] Result<void> split_update(const RowLayout& layout, const RowsEvent& event,
                                        const RowImages& images, UpdatedRow& row);

}  // namespace penstock::binlog
