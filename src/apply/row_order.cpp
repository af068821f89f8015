#include "apply/row_order.h"

#include <algorithm>

#include "base/assert.h"

namespace penstock::apply {
namespace {

using binlog::ColumnType;

constexpr std::size_t value_bytes = sizeof(std::uint64_t);

bool is_integer(ColumnType type) {
    return type == ColumnType::tiny || type == ColumnType::small || type == ColumnType::medium ||
           type == ColumnType::integer || type == ColumnType::big;
}

std::vector<std::size_t> first_columns(std::span<const std::size_t> key, std::size_t count) {
    const auto first = key.first(std::min(key.size(), count));
    return {first.begin(), first.end()};
}

}  // namespace

RowOrder::RowOrder(const binlog::RowLayout& layout, std::span<const std::size_t> key,
                   const std::vector<bool>& is_unsigned)
    : walk_(layout.widths(), first_columns(key, columns_max)) {
    PENSTOCK_ASSERT(!key.empty());
    for (const std::size_t column : first_columns(key, columns_max)) {
        PENSTOCK_ASSERT(column < layout.column_count());
        const ColumnType type = layout.columns()[column].type;
        Form form = Form::bytes;
        if (type == ColumnType::enumeration || type == ColumnType::set) form = Form::number;
        if (is_integer(type)) {
            const bool has_sign = column >= is_unsigned.size() || !is_unsigned[column];
            form = has_sign ? Form::signed_number : Form::number;
        }
        parts_.push_back({column, form});
    }
}

std::uint64_t RowOrder::value(Form form, base::Bytes content) {
    const std::size_t bytes = std::min(content.size(), value_bytes);
    if (form == Form::bytes) {
        std::uint64_t first = 0;
        for (std::size_t i = 0; i < bytes; ++i) first = first << 8U | content[i];
        return bytes == 0 ? 0 : first << 8U * (value_bytes - bytes);
    }
    const std::uint64_t number = base::load_le(content.data(), bytes);
    if (form == Form::number || bytes == 0) return number;
    // Where the sign is turned round, the negative ones come first.
    return number ^ std::uint64_t{1} << (8 * bytes - 1);
}

void RowOrder::Collected::operator()(std::size_t column, bool is_null, base::Bytes content) {
    if (is_null) return;
    for (std::size_t i = 0; i < parts->size(); ++i) {
        if ((*parts)[i].column == column) key[i] = value((*parts)[i].form, content);
    }
}

std::span<const std::uint32_t> RowOrder::sorted(std::span<const coalesce::Row> rows) {
    places_.clear();
    for (const coalesce::Row& row : rows) {
        Collected collected{&parts_};
        const bool is_row =
            walk_.visit(row.before.empty() ? row.after : row.before, collected).has_value();
        PENSTOCK_ASSERT(is_row);
        places_.push_back({collected.key, static_cast<std::uint32_t>(places_.size())});
    }
    std::ranges::sort(places_);
    order_.clear();
    for (const Place& place : places_) order_.push_back(place.row);
    return order_;
}

}  // namespace penstock::apply
