#include "apply/checkpoint_image.h"

#include <utility>

namespace penstock::apply {
namespace {

// The columns of penstock.checkpoint in the order of checkpoint.cpp's CREATE TABLE.
constexpr std::uint16_t task_bytes_max = 64;
constexpr std::uint16_t file_bytes_max = 255;
constexpr std::size_t key_columns = 4;
constexpr std::uint8_t longblob_prefix_bytes = 4;

binlog::TableShape checkpoint_shape() {
    binlog::TableShape shape(checkpoint_schema, checkpoint_table);
    shape
        .varchar(task_bytes_max)      // task
        .integer(4)                   // lane
        .integer(8)                   // token
        .integer(8)                   // unit
        .blob(longblob_prefix_bytes)  // gtid_set
        .varchar(file_bytes_max)      // source_file
        .integer(8)                   // source_position
        .integer(8)                   // transactions
        .integer(8)                   // row_changes
        .integer(8)                   // statements
        .integer(8);                  // timestamp_us
    return shape;
}

}  // namespace

CheckpointImage::CheckpointImage(std::string task, std::uint64_t token)
    : task_(std::move(task)), token_(token), shape_(checkpoint_shape()) {}

Result<void> CheckpointImage::append(binlog::BinlogStatementBuilder& statement,
                                     std::uint64_t from_unit, const Checkpoint& next) const {
    std::string images;
    binlog::RowImageWriter(images, key_columns)
        .varchar(task_, task_bytes_max)
        .integer(0, 4)
        .integer(token_, 8)
        .integer(from_unit, 8);
    binlog::RowImageWriter(images, shape_.column_count())
        .varchar(task_, task_bytes_max)
        .integer(0, 4)
        .integer(token_, 8)
        .integer(next.unit, 8)
        .blob(next.applied.to_string(), longblob_prefix_bytes)
        .varchar(next.position.file, file_bytes_max)
        .integer(next.position.offset, 8)
        .integer(next.transactions, 8)
        .integer(next.row_changes, 8)
        .integer(next.statements, 8)
        .integer(next.timestamp_us, 8);
    std::string before((shape_.column_count() + 7) / 8, '\0');
    before[0] = (1 << key_columns) - 1;
    const std::string after = shape_.all_columns();
    const auto table = statement.add_table(shape_.table_map());
    return statement.add_rows(table, binlog::RowsKind::update, base::as_bytes(before),
                              base::as_bytes(after), base::as_bytes(images),
                              statement.flags().value_or(0));
}

}  // namespace penstock::apply
