// RowReader: the rows of one rows event as values, before and after. One thread; values are
// borrowed from the event and from the reader, until the next row.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "binlog/rows.h"
#include "binlog/table_cache.h"
#include "binlog/value.h"
#include "penstock/result.h"

namespace penstock::binlog {

class RowReader {
public:
    // Keeps its buffers from event to event. `table` and `rows` must outlive reading.
    void begin(const Table& table, const RowsEvent& rows);

    // False after the last row.
    [[nodiscard]] Result<bool> next();

    // One value per column of the table; empty where the event's kind has no such image. A JSON
    // document that was logged as changes is the whole one, if the before-image has it; else its
    // value is absent and changes() has its changes.
    [[nodiscard]] const std::vector<Value>& before() const { return before_; }
    [[nodiscard]] const std::vector<Value>& after() const { return after_; }
    // Of that column of the after-image; empty: none, or applied.
    [[nodiscard]] base::Bytes changes(std::size_t column) const;

private:
    [[nodiscard]] Result<void> read_image(base::Bytes columns, std::vector<Value>& values);
    [[nodiscard]] Result<void> read_partial_image();
    // The error, with the table's name before its text.
    [[nodiscard]] tl::unexpected<Error> of_table(Error error) const;

    const Table* table_ = nullptr;
    const RowsEvent* rows_ = nullptr;
    base::Bytes rest_;
    std::vector<ColumnValue> columns_;
    std::vector<Value> before_;
    std::vector<Value> after_;
    std::vector<bool> partial_;  // logged as changes, of which there may be none
    std::vector<base::Bytes> changes_;
    std::vector<std::string> documents_;  // made of changes
};

}  // namespace penstock::binlog
