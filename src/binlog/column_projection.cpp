#include "binlog/column_projection.h"

#include <fmt/core.h>

#include "base/assert.h"
#include "binlog/errors.h"

namespace penstock::binlog {

namespace {

std::string project_bits(Bytes bits, std::span<const std::size_t> columns) {
    std::string projected((columns.size() + 7) / 8, '\0');
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if ((bits[columns[i] / 8] >> (columns[i] % 8) & 1) == 0) continue;
        projected[i / 8] =
            static_cast<char>(static_cast<unsigned char>(projected[i / 8]) | 1U << (i % 8));
    }
    return projected;
}

// What append_needed_metadata() keeps of the map, for these columns.
Result<std::string> project_needed_metadata(const TableMap& map,
                                            std::span<const std::size_t> columns) {
    std::string needed;
    append_needed_metadata(map, needed);
    TableMap stripped = map;
    stripped.optional_metadata = base::as_bytes(needed);
    PENSTOCK_ASSIGN(const OptionalMetadata decoded, decode_optional_metadata(stripped));
    if (decoded.vector_dimensions.empty()) return std::string();
    std::vector<std::uint64_t> dimensions;
    for (const std::size_t column : columns) {
        if (ColumnType{map.column_types[column]} != ColumnType::vector) continue;
        dimensions.push_back(decoded.vector_dimensions[column]);
    }
    std::string projected;
    append_vector_dimensions(dimensions, projected);
    return projected;
}

}  // namespace

Result<ColumnProjection> ColumnProjection::compile(const TableMap& map,
                                                   std::span<const std::size_t> columns) {
    PENSTOCK_ASSIGN(const std::vector<Bytes> metadata, column_metadata(map));
    const auto refuse = [&](std::string reason) {
        return fail(ErrorKind::definite, error_projection,
                    fmt::format("`{}`.`{}` with {} columns: {}", map.schema, map.table,
                                map.column_count, reason));
    };
    if (columns.empty()) return refuse("none of them is left");
    ColumnProjection projection;
    std::vector<bool> taken(map.column_count);
    for (const std::size_t column : columns) {
        if (column >= map.column_count) return refuse(fmt::format("no column {}", column + 1));
        if (taken[column]) return refuse(fmt::format("column {} is taken twice", column + 1));
        taken[column] = true;
        projection.types_ += static_cast<char>(map.column_types[column]);
        projection.metadata_ += base::as_text(metadata[column]);
    }
    projection.table_id_ = map.table_id;
    projection.flags_ = map.flags;
    projection.table_columns_ = map.column_count;
    projection.columns_.assign(columns.begin(), columns.end());
    projection.schema_ = map.schema;
    projection.table_ = map.table;
    projection.null_bits_ = project_bits(map.null_bits, columns);
    PENSTOCK_ASSIGN(projection.optional_metadata_, project_needed_metadata(map, columns));
    return projection;
}

TableMap ColumnProjection::table_map() const {
    TableMap map;
    map.table_id = table_id_;
    map.flags = flags_;
    map.schema = schema_;
    map.table = table_;
    map.column_count = columns_.size();
    map.column_types = base::as_bytes(types_);
    map.metadata = base::as_bytes(metadata_);
    map.null_bits = base::as_bytes(null_bits_);
    map.optional_metadata = base::as_bytes(optional_metadata_);
    return map;
}

std::string ColumnProjection::columns_present(Bytes columns_present) const {
    PENSTOCK_ASSERT(columns_present.size() == (table_columns_ + 7) / 8);
    return project_bits(columns_present, columns_);
}

void ColumnProjection::project(std::span<const ColumnValue> row,
                               std::vector<ColumnValue>& projected) const {
    PENSTOCK_ASSERT(row.size() == table_columns_);
    projected.clear();
    for (const std::size_t column : columns_) projected.push_back(row[column]);
}

}  // namespace penstock::binlog
