#include "penstock/binlog_row.h"

#include <algorithm>

#include "base/assert.h"
#include "binlog/json_diff.h"
#include "binlog/plain_rows.h"
#include "binlog/table_cache.h"
#include "binlog/value_text.h"

namespace penstock {

using binlog::ValueKind;

BinlogKind BinlogValue::kind() const {
    switch (value_->kind) {
        case ValueKind::absent:
            return binlog::has_json_changes(*value_) ? BinlogKind::json_changes
                                                     : BinlogKind::absent;
        case ValueKind::null:
            return BinlogKind::null;
        case ValueKind::integer:
            return BinlogKind::integer;
        case ValueKind::unsigned_integer:
            return BinlogKind::unsigned_integer;
        case ValueKind::real:
        case ValueKind::double_real:
            return BinlogKind::real;
        case ValueKind::decimal:
            return BinlogKind::decimal;
        case ValueKind::date:
            return BinlogKind::date;
        case ValueKind::time:
            return BinlogKind::time;
        case ValueKind::datetime:
            return BinlogKind::datetime;
        case ValueKind::timestamp:
            return BinlogKind::timestamp;
        case ValueKind::year:
            return BinlogKind::year;
        case ValueKind::bit:
            return BinlogKind::bit;
        case ValueKind::enumeration:
            return BinlogKind::enumeration;
        case ValueKind::set:
            return BinlogKind::set;
        case ValueKind::bytes:
        case ValueKind::compressed:  // expanded by make_plain()
            return BinlogKind::bytes;
        case ValueKind::json:
            return BinlogKind::json;
        case ValueKind::geometry:
            return BinlogKind::geometry;
        case ValueKind::vector:
            return BinlogKind::vector;
    }
    PENSTOCK_ASSERT(false);
}

std::int64_t BinlogValue::integer() const {
    return value_->kind == ValueKind::integer ? value_->integer() : 0;
}

std::uint64_t BinlogValue::number() const {
    switch (value_->kind) {
        case ValueKind::unsigned_integer:
        case ValueKind::timestamp:
        case ValueKind::year:
        case ValueKind::bit:
        case ValueKind::enumeration:
        case ValueKind::set:
        case ValueKind::geometry:
            return value_->number;
        default:
            return 0;
    }
}

double BinlogValue::real() const {
    if (value_->kind == ValueKind::real) return value_->real();
    return value_->kind == ValueKind::double_real ? value_->double_real() : 0;
}

BinlogTime BinlogValue::time() const {
    binlog::Temporal from;
    switch (value_->kind) {
        case ValueKind::date:
        case ValueKind::time:
        case ValueKind::datetime:
            from = value_->temporal;
            break;
        case ValueKind::timestamp:
            from = binlog::utc(value_->timestamp());
            break;
        default:
            return {};
    }
    return {from.year,   from.month,  from.day,         from.hour,
            from.minute, from.second, from.microsecond, from.negative};
}

std::string_view BinlogValue::bytes() const {
    switch (value_->kind) {
        case ValueKind::bytes:
        case ValueKind::json:
        case ValueKind::geometry:
        case ValueKind::vector:
            return base::as_text(value_->bytes);
        default:
            return {};
    }
}

Result<void> BinlogValue::append_text(std::string& out) const {
    if (binlog::has_json_changes(*value_)) {
        return binlog::append_json_changes_text(out, value_->bytes);
    }
    return binlog::append_value_text(out, *value_, members_);
}

Result<std::string> BinlogValue::text() const {
    std::string out;
    PENSTOCK_TRY(append_text(out));
    return out;
}

std::string_view BinlogTable::schema() const {
    return table_->schema;
}

std::string_view BinlogTable::name() const {
    return table_->name;
}

std::size_t BinlogTable::number() const {
    return table_->number;
}

std::size_t BinlogTable::column_count() const {
    return table_->types.size();
}

BinlogColumn BinlogTable::column(std::size_t index) const {
    PENSTOCK_ASSERT(index < table_->types.size());
    const binlog::OptionalMetadata& metadata = table_->metadata;
    const binlog::ValueType& type = table_->types[index];
    BinlogColumn out;
    out.name = table_->names[index];
    out.type = binlog::to_string(type.column.type);
    out.is_unsigned = type.is_unsigned;
    out.nullable = type.column.nullable;
    out.visible = metadata.visible.empty() || metadata.visible[index];
    const auto part = std::ranges::find(metadata.primary_key, index, &binlog::KeyPart::column);
    if (part != metadata.primary_key.end()) {
        out.key = static_cast<std::size_t>(part - metadata.primary_key.begin()) + 1;
    }
    out.collation = type.collation;
    out.members = table_->members(index);
    return out;
}

BinlogImage::BinlogImage(const binlog::Table* table, std::span<const binlog::Value> values)
    : table_(table), values_(values.data()), size_(values.size()) {}

BinlogValue BinlogImage::operator[](std::size_t column) const {
    PENSTOCK_ASSERT(column < size_);
    return {values_ + column, table_->members(column)};
}

}  // namespace penstock
