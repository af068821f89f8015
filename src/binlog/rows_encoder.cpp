#include "binlog/rows_encoder.h"

#include <fmt/core.h>
#include <algorithm>

#include "base/assert.h"
#include "binlog/encoding.h"
#include "binlog/errors.h"

namespace penstock::binlog {

namespace {

bool is_set(Bytes bits, std::size_t column) {
    return (bits[column / 8] >> (column % 8) & 1) != 0;
}

bool names_columns(Bytes bits, std::size_t column_count) {
    for (std::size_t i = 0; i < column_count; ++i) {
        if (is_set(bits, i)) return true;
    }
    return false;
}

tl::unexpected<Error> no_image(std::string reason) {
    return fail(ErrorKind::definite, error_row_image,
                "a row cannot be written as a row image: " + std::move(reason));
}

}  // namespace

Result<void> append_row_image(std::string& out, std::span<const ColumnValue> row,
                              Bytes columns_present, SpareNullBits spare) {
    if (columns_present.size() != (row.size() + 7) / 8)
        return no_image("another number of columns");
    const std::size_t start = out.size();
    std::size_t count = 0;
    std::uint8_t nulls = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (!is_set(columns_present, i)) continue;
        if (!row[i].present) {
            out.resize(start);
            return no_image(fmt::format("its column {} is not there", i + 1));
        }
        if (row[i].null) nulls = static_cast<std::uint8_t>(nulls | 1U << (count % 8));
        if (++count % 8 != 0) continue;
        out.push_back(static_cast<char>(nulls));
        nulls = 0;
    }
    if (count % 8 != 0) {
        if (spare == SpareNullBits::set)
            nulls = static_cast<std::uint8_t>(nulls | 0xFFU << count % 8);
        out.push_back(static_cast<char>(nulls));
    }
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (is_set(columns_present, i) && !row[i].null) out.append(base::as_text(row[i].bytes));
    }
    return {};
}

RowsEncoder::RowsEncoder(EventEncoder& events, const RowsEvent& heading,
                         const RowsEncoding& encoding)
    : events_(events), heading_(heading), encoding_(encoding) {
    const std::size_t bitmap_bytes = (heading.column_count + 7) / 8;
    PENSTOCK_ASSERT(!has_before_image(heading.kind) ||
                    heading.columns_before.size() == bitmap_bytes);
    PENSTOCK_ASSERT(!has_after_image(heading.kind) || heading.columns_after.size() == bitmap_bytes);
    before_has_bytes_ = has_before_image(heading.kind) &&
                        names_columns(heading.columns_before, heading.column_count);
    // That of a partial update begins with its value options.
    after_has_bytes_ = heading.kind == RowsKind::partial_update ||
                       (has_after_image(heading.kind) &&
                        names_columns(heading.columns_after, heading.column_count));
    encoding_.event_bytes_max = std::min(encoding.event_bytes_max, std::size_t{event_bytes_max});
}

void RowsEncoder::open() {
    if (is_open_) return;
    events_.begin(event_type_of(heading_.kind));
    append_rows_prefix(events_.out(), heading_);
    rows_ = 0;
    is_open_ = true;
}

Result<void> RowsEncoder::close(std::uint16_t flags) {
    auto* const event = reinterpret_cast<std::uint8_t*>(events_.out().data());
    base::store_le(event + events_.event_start() + rows_flags_offset, flags, 2);
    is_open_ = false;
    return events_.finish();
}

Result<void> RowsEncoder::take(std::size_t row_start) {
    std::string& out = events_.out();
    if (out.size() == row_start) return no_image("no column is left in it");
    if (events_.event_bytes() > encoding_.event_bytes_max && rows_ > 0) {
        const std::string row = out.substr(row_start);
        out.resize(row_start);
        PENSTOCK_TRY(close(static_cast<std::uint16_t>(heading_.flags & ~rows_statement_end_flag)));
        open();
        row_start = out.size();
        out += row;
    }
    const std::size_t bytes = events_.event_bytes();
    if (bytes > event_bytes_max) {
        out.resize(row_start);
        return fail(ErrorKind::definite, error_limit,
                    fmt::format("a row needs an event of {} bytes, servers read {}", bytes,
                                event_bytes_max));
    }
    ++rows_;
    return {};
}

Result<void> RowsEncoder::add(const RowImages& row) {
    if (row.before.empty() == before_has_bytes_ || row.after.empty() == after_has_bytes_) {
        return no_image("it has other images than its event");
    }
    open();
    const std::size_t row_start = events_.out().size();
    base::ByteWriter(events_.out()).bytes(row.before).bytes(row.after);
    return take(row_start);
}

Result<void> RowsEncoder::append_images(std::span<const ColumnValue> before,
                                        std::span<const ColumnValue> after) {
    const auto append = [&](std::span<const ColumnValue> row, Bytes columns_present) {
        return append_row_image(events_.out(), row, columns_present, encoding_.spare_null_bits);
    };
    if (has_before_image(heading_.kind)) PENSTOCK_TRY(append(before, heading_.columns_before));
    if (has_after_image(heading_.kind)) PENSTOCK_TRY(append(after, heading_.columns_after));
    return {};
}

Result<void> RowsEncoder::add(std::span<const ColumnValue> before,
                              std::span<const ColumnValue> after) {
    if (heading_.kind == RowsKind::partial_update) {
        return no_image("it is a partial update, which has changes where documents should be");
    }
    open();
    const std::size_t row_start = events_.out().size();
    const auto appended = append_images(before, after);
    if (!appended) events_.out().resize(row_start);
    PENSTOCK_TRY(appended);
    return take(row_start);
}

Result<void> RowsEncoder::finish() {
    open();
    return close(heading_.flags);
}

}  // namespace penstock::binlog
