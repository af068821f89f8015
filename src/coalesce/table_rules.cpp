#include "coalesce/table_rules.h"

#include <algorithm>

namespace penstock::coalesce {
namespace {

using binlog::ColumnType;

bool bytes_decide(const binlog::ValueType& type) {
    switch (type.column.type) {
        case ColumnType::tiny:
        case ColumnType::small:
        case ColumnType::medium:
        case ColumnType::integer:
        case ColumnType::big:
        case ColumnType::year:
        case ColumnType::date:
        case ColumnType::new_date:
        case ColumnType::time:
        case ColumnType::time2:
        case ColumnType::datetime:
        case ColumnType::datetime2:
        case ColumnType::timestamp:
        case ColumnType::timestamp2:
        case ColumnType::bit:
        case ColumnType::enumeration:
        case ColumnType::set:
            return true;
        case ColumnType::varchar:
        case ColumnType::var_string:
        case ColumnType::string:
        case ColumnType::tiny_blob:
        case ColumnType::medium_blob:
        case ColumnType::long_blob:
        case ColumnType::blob:
            return type.collation == binlog::collation_binary ||
                   type.collation == binlog::collation_utf8mb4_0900_bin;
        default:
            return false;
    }
}

}  // namespace

bool bytes_decide(std::span<const binlog::ValueType> types, std::span<const binlog::KeyPart> key) {
    return std::all_of(key.begin(), key.end(), [&](const binlog::KeyPart& part) {
        return part.column < types.size() && part.prefix_characters == 0 &&
               bytes_decide(types[part.column]);
    });
}

}  // namespace penstock::coalesce
