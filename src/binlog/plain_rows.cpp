#include "binlog/plain_rows.h"

#include <fmt/format.h>
#include <algorithm>

#include "binlog/compressed_column.h"
#include "binlog/errors.h"
#include "binlog/limits.h"

namespace penstock::binlog {
namespace {

// A row that expanded to more gives its memory back, lest each column keep its largest value's.
constexpr std::size_t kept_bytes_max = 1024 * 1024;

bool may_be_stored_otherwise(const ValueType& type) {
    const ColumnType column = type.column.type;
    return column == ColumnType::varchar_compressed || column == ColumnType::blob_compressed ||
           (column == ColumnType::string && type.collation == collation_binary);
}

}  // namespace

void PlainRows::begin(const Table& table, const RowsEvent& rows) {
    reader_.begin(table, rows);
    as_stored_ = rows.kind != RowsKind::partial_update &&
                 std::ranges::none_of(table.types, &may_be_stored_otherwise);
    before_.clear();
    after_.clear();
}

Result<bool> PlainRows::next() {
    PENSTOCK_ASSIGN(const bool more, reader_.next());
    if (!more) return false;
    if (as_stored_) return true;
    if (expanded_bytes_ > kept_bytes_max) buffers_.clear();
    buffers_used_ = 0;
    expanded_bytes_ = 0;
    before_ = reader_.before();
    after_ = reader_.after();
    PENSTOCK_TRY(make_plain(before_));
    PENSTOCK_TRY(make_plain(after_));
    for (std::size_t i = 0; i < after_.size(); ++i) {
        if (after_[i].kind == ValueKind::absent) after_[i].bytes = reader_.changes(i);
    }
    return true;
}

std::string& PlainRows::buffer() {
    if (buffers_used_ == buffers_.size()) buffers_.emplace_back();
    std::string& out = buffers_[buffers_used_++];
    out.clear();
    return out;
}

Result<void> PlainRows::make_plain(std::vector<Value>& values) {
    for (Value& value : values) {
        const bool padded = value.kind == ValueKind::bytes && value.trailing_zeros > 0;
        if (value.kind != ValueKind::compressed && !padded) continue;
        std::string& plain = buffer();
        if (padded) {
            plain = base::as_text(value.bytes);
            plain.append(value.trailing_zeros, '\0');
            value.trailing_zeros = 0;
        } else {
            PENSTOCK_TRY(append_expanded(plain, value.bytes));
            expanded_bytes_ += plain.size();
        }
        value.kind = ValueKind::bytes;
        value.bytes = base::as_bytes(plain);
        if (expanded_bytes_ > event_bytes_max) {
            return fail(ErrorKind::corrupt, error_limit,
                        fmt::format("a row whose compressed columns expand to more than {} bytes",
                                    event_bytes_max));
        }
    }
    return {};
}

}  // namespace penstock::binlog
