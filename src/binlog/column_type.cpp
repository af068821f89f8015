#include "binlog/column_type.h"

namespace penstock::binlog {

const char* to_string(ColumnType type) {
    switch (type) {
        case ColumnType::decimal:
            return "DECIMAL (before 5.0)";
        case ColumnType::tiny:
            return "TINYINT";
        case ColumnType::small:
            return "SMALLINT";
        case ColumnType::integer:
            return "INT";
        case ColumnType::real:
            return "FLOAT";
        case ColumnType::double_real:
            return "DOUBLE";
        case ColumnType::null:
            return "NULL";
        case ColumnType::timestamp:
            return "TIMESTAMP (before 5.6)";
        case ColumnType::big:
            return "BIGINT";
        case ColumnType::medium:
            return "MEDIUMINT";
        case ColumnType::date:
            return "DATE";
        case ColumnType::time:
            return "TIME (before 5.6)";
        case ColumnType::datetime:
            return "DATETIME (before 5.6)";
        case ColumnType::year:
            return "YEAR";
        case ColumnType::new_date:
            return "DATE (internal)";
        case ColumnType::varchar:
            return "VARCHAR";
        case ColumnType::bit:
            return "BIT";
        case ColumnType::timestamp2:
            return "TIMESTAMP";
        case ColumnType::datetime2:
            return "DATETIME";
        case ColumnType::time2:
            return "TIME";
        case ColumnType::typed_array:
            return "array of a multi-valued index";
        case ColumnType::blob_compressed:
            return "BLOB COMPRESSED";
        case ColumnType::varchar_compressed:
            return "VARCHAR COMPRESSED";
        case ColumnType::vector:
            return "VECTOR";
        case ColumnType::json:
            return "JSON";
        case ColumnType::new_decimal:
            return "DECIMAL";
        case ColumnType::enumeration:
            return "ENUM";
        case ColumnType::set:
            return "SET";
        case ColumnType::tiny_blob:
            return "TINYBLOB";
        case ColumnType::medium_blob:
            return "MEDIUMBLOB";
        case ColumnType::long_blob:
            return "LONGBLOB";
        case ColumnType::blob:
            return "BLOB";
        case ColumnType::var_string:
            return "VAR_STRING";
        case ColumnType::string:
            return "CHAR";
        case ColumnType::geometry:
            return "GEOMETRY";
    }
    return "unknown";
}

bool is_numeric(ColumnType type) {
    switch (type) {
        case ColumnType::tiny:
        case ColumnType::small:
        case ColumnType::medium:
        case ColumnType::integer:
        case ColumnType::big:
        case ColumnType::year:
        case ColumnType::decimal:
        case ColumnType::new_decimal:
        case ColumnType::real:
        case ColumnType::double_real:
            return true;
        default:
            return false;
    }
}

}  // namespace penstock::binlog
