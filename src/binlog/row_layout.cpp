#include "binlog/row_layout.h"

#include <fmt/core.h>

#include "base/assert.h"
#include "binlog/decimal.h"
#include "binlog/errors.h"

namespace penstock::binlog {

namespace {

constexpr std::uint64_t partial_json_option = 1;  // PARTIAL_JSON_UPDATES

unsigned fraction_bytes(unsigned digits) {
    return (digits + 1) / 2;
}

// nullopt: not measurable. `column` has passed decode_columns().
std::optional<ColumnWidth> measure(const Column& column) {
    const std::uint16_t metadata = column.metadata;
    const auto fixed = [](unsigned bytes) {
        return ColumnWidth{0, static_cast<std::uint16_t>(bytes)};
    };
    const auto prefixed = [](unsigned bytes) {
        return ColumnWidth{static_cast<std::uint8_t>(bytes), 0};
    };
    switch (column.type) {
        case ColumnType::null:
            return fixed(0);
        case ColumnType::tiny:
        case ColumnType::year:
            return fixed(1);
        case ColumnType::small:
            return fixed(2);
        case ColumnType::medium:
        case ColumnType::date:
        case ColumnType::new_date:
        case ColumnType::time:
            return fixed(3);
        case ColumnType::integer:
        case ColumnType::timestamp:
            return fixed(4);
        case ColumnType::big:
        case ColumnType::datetime:
            return fixed(8);
        case ColumnType::real:
        case ColumnType::double_real:
        case ColumnType::enumeration:
        case ColumnType::set:
            return fixed(metadata);
        case ColumnType::new_decimal:
            return fixed(static_cast<unsigned>(packed_decimal_bytes(decimal_shape(metadata))));
        case ColumnType::bit:
            return fixed((metadata >> 8U) + ((metadata & 0xFFU) != 0 ? 1U : 0U));
        case ColumnType::time2:
            return fixed(3U + fraction_bytes(metadata));
        case ColumnType::timestamp2:
            return fixed(4U + fraction_bytes(metadata));
        case ColumnType::datetime2:
            return fixed(5U + fraction_bytes(metadata));
        case ColumnType::varchar:
        case ColumnType::varchar_compressed:
        case ColumnType::var_string:
        case ColumnType::string:
            return prefixed(metadata > 255 ? 2 : 1);
        case ColumnType::tiny_blob:
        case ColumnType::medium_blob:
        case ColumnType::long_blob:
        case ColumnType::blob:
        case ColumnType::blob_compressed:
        case ColumnType::json:
        case ColumnType::geometry:
        case ColumnType::vector:
            return prefixed(metadata);
        case ColumnType::decimal:
        case ColumnType::typed_array:
            return std::nullopt;
    }
    return std::nullopt;
}

// Of a walk that only measures.
struct PassOver {
    void operator()(std::size_t, bool, Bytes) {}
    void operator()(std::size_t, const ColumnValue&) {}
};

}  // namespace

tl::unexpected<Error> no_rows(std::string_view reason) {
    return fail(ErrorKind::corrupt, error_malformed_event,
                fmt::format("row images contradict their table map: {}", reason));
}

Result<RowLayout> RowLayout::compile(const TableMap& map) {
    RowLayout layout;
    PENSTOCK_ASSIGN(layout.columns_, decode_columns(map));
    for (std::size_t i = 0; i < layout.columns_.size(); ++i) {
        const Column& column = layout.columns_[i];
        const std::optional<ColumnWidth> width = measure(column);
        if (!width) {
            return fail(ErrorKind::refused, error_unsupported_column,
                        fmt::format("`{}`.`{}`, column {}: rows with type {} cannot be read",
                                    map.schema, map.table, i + 1, to_string(column.type)),
                        "drop the multi-valued index on the source, or upgrade the source");
        }
        if (column.type == ColumnType::json) ++layout.json_columns_;
        layout.widths_.push_back(*width);
    }
    layout.walk_ = ImageWalk(layout.widths_, {});
    return layout;
}

Result<std::size_t> RowLayout::image_bytes(Bytes rows_at, Bytes columns_present) const {
    if (columns_present.size() != null_bytes()) return no_rows("another number of columns");
    PassOver pass_over;
    const std::optional<std::size_t> bytes =
        all_set(columns_present) ? walk_.visit(rows_at, pass_over)
                                 : visit_values(rows_at, columns_present, pass_over);
    if (!bytes) return no_rows("a value reaches beyond the event");
    return *bytes;
}

Result<std::size_t> RowLayout::value_options_bytes(Bytes rows_at) const {
    base::ByteReader reader(rows_at);
    const std::uint64_t options = reader.length_encoded();
    if ((options & partial_json_option) != 0) reader.skip((json_columns_ + 7) / 8);
    if (!reader.ok()) return no_rows("truncated value options");
    return reader.position();
}

Result<std::size_t> RowLayout::partial_image_bytes(Bytes rows_at, Bytes columns_present) const {
    PENSTOCK_ASSIGN(const std::size_t options, value_options_bytes(rows_at));
    PENSTOCK_ASSIGN(const std::size_t image,
                    image_bytes(rows_at.subspan(options), columns_present));
    return options + image;
}

Result<std::size_t> RowLayout::split(Bytes rows_at, Bytes columns_present,
                                     std::vector<ColumnValue>& values) const {
    values.clear();
    if (columns_present.size() != null_bytes()) return no_rows("another number of columns");
    const auto collect = [&](std::size_t, const ColumnValue& value) { values.push_back(value); };
    const std::optional<std::size_t> bytes = visit_values(rows_at, columns_present, collect);
    if (!bytes) return no_rows("a value reaches beyond the event");
    return *bytes;
}

RowCursor::RowCursor(const RowLayout& layout, const RowsEvent& event)
    : layout_(layout), event_(event), rest_(event.rows) {}

Result<Bytes> RowCursor::take(Bytes columns_present, bool partial) {
    PENSTOCK_ASSIGN(const std::size_t bytes,
                    partial ? layout_.partial_image_bytes(rest_, columns_present)
                            : layout_.image_bytes(rest_, columns_present));
    const Bytes image = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return image;
}

Result<std::optional<RowImages>> RowCursor::next() {
    if (rest_.empty()) return std::nullopt;
    if (event_.column_count != layout_.column_count()) return no_rows("another number of columns");
    const std::size_t before = rest_.size();
    RowImages images;
    if (has_before_image(event_.kind)) {
        PENSTOCK_ASSIGN(images.before, take(event_.columns_before, false));
    }
    if (has_after_image(event_.kind)) {
        const bool partial = event_.kind == RowsKind::partial_update;
        PENSTOCK_ASSIGN(images.after, take(event_.columns_after, partial));
    }
    if (rest_.size() == before) return no_rows("images without any column");
    return images;
}

}  // namespace penstock::binlog
