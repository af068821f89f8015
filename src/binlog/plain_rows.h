// PlainRows: the rows of one event as BinlogReader hands them out: values as they were written,
// with nothing left to expand or to pad. One thread; values are borrowed from the event and from
// the PlainRows, until the next row.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "binlog/row_reader.h"

namespace penstock::binlog {

// A document that was logged as changes, which can't be applied, is an absent value with bytes:
// these changes (json_diff.h).
[[nodiscard]] inline bool has_json_changes(const Value& value) {
    return value.kind == ValueKind::absent && !value.bytes.empty();
}

class PlainRows {
public:
    // `table` and `rows` must outlive reading.
    void begin(const Table& table, const RowsEvent& rows);

    // False after the last row. Errors: of RowReader, or what is compressed can't be expanded, or
    // is larger than event_bytes_max in one row.
    [[nodiscard]] Result<bool> next();

    // As RowReader has them.
    [[nodiscard]] const std::vector<Value>& before() const {
        return as_stored_ ? reader_.before() : before_;
    }
    [[nodiscard]] const std::vector<Value>& after() const {
        return as_stored_ ? reader_.after() : after_;
    }

private:
    [[nodiscard]] Result<void> make_plain(std::vector<Value>& values);
    [[nodiscard]] std::string& buffer();

    RowReader reader_;
    bool as_stored_ = true;  // no column of these rows can need anything: values are not copied
    std::vector<Value> before_;
    std::vector<Value> after_;
    std::deque<std::string> buffers_;  // of values that were expanded or padded
    std::size_t buffers_used_ = 0;
    std::size_t expanded_bytes_ = 0;  // of this row
};

}  // namespace penstock::binlog
