// RowsEncoder: writes rows events (version 2) from rows, which are given as images or as views of
// their columns, and splits them between rows where they grow too large.
//
// To leave columns out of an image, clear their bits in columns_before and columns_after; to leave
// them out of the table see column_projection.h.
// Source: mysql-9.7 sql/rpl_record.cc (pack_row). Pure; one thread.
#pragma once

#include <span>
#include <string>

#include "binlog/event_encoder.h"
#include "binlog/limits.h"
#include "binlog/row_layout.h"
#include "binlog/rows.h"

namespace penstock::binlog {

// The bits behind the last column's in an image's null bits. MySQL clears them since 8.0; before,
// and in MariaDB, they are set. Readers don't look at them.
enum class SpareNullBits : std::uint8_t { clear, set };

// Appends the image of the columns that `columns_present` names, from one view per column of the
// table. Error: one of them is not present.
[[nodiscard]] Result<void> append_row_image(std::string& out, std::span<const ColumnValue> row,
                                            Bytes columns_present,
                                            SpareNullBits spare = SpareNullBits::clear);

struct RowsEncoding {
    // An event is larger only if it has a single row.
    std::size_t event_bytes_max = binlog::event_bytes_max;
    SpareNullBits spare_null_bits = SpareNullBits::clear;
};

class RowsEncoder {
public:
    // All of `heading` but `rows` goes into each event; STMT_END_F into the last one only. The
    // encoder `events` and the bytes of `heading` must outlive this one. Bitmaps must have the size
    // that the column count asks for.
    RowsEncoder(EventEncoder& events, const RowsEvent& heading, const RowsEncoding& encoding = {});

    // After an error nothing has been written of the row, and other rows may follow. Errors: a row
    // that no event can hold (event_bytes_max of limits.h); images other than `heading` has;
    // no column at all, so that nobody could count the rows.
    [[nodiscard]] Result<void> add(const RowImages& row);
    // From one view per column of the table; of the images that the kind has. Errors: as before,
    // and of append_row_image(). A partial update is refused: see partial_update.h.
    [[nodiscard]] Result<void> add(std::span<const ColumnValue> before,
                                   std::span<const ColumnValue> after);

    // Completes the last event. Call it once, at the end. Without any row it writes an event
    // without rows, as servers do to end a statement.
    [[nodiscard]] Result<void> finish();

private:
    void open();
    [[nodiscard]] Result<void> close(std::uint16_t flags);
    // Takes what was appended since `row_start` as a row, in this event or in a new one.
    [[nodiscard]] Result<void> take(std::size_t row_start);
    [[nodiscard]] Result<void> append_images(std::span<const ColumnValue> before,
                                             std::span<const ColumnValue> after);

    EventEncoder& events_;
    RowsEvent heading_;
    RowsEncoding encoding_;
    bool before_has_bytes_ = false;
    bool after_has_bytes_ = false;
    std::size_t rows_ = 0;  // in the open event
    bool is_open_ = false;
};

}  // namespace penstock::binlog
